package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Refuses the requests of callers that have sent too many, before their body is read. Every answer says how
/// many requests are left (draft-ietf-httpapi-ratelimit-headers-11).
///
/// @param limits the counts of this replica
/// @param shared the counts of all replicas; null without a store
record RateLimitFilter(RateLimits limits, @Nullable SharedLimits shared, EdgeConfig edge)
        implements
            Filter {
    private static final String POLICY = "\"default\"";
    private static final long SECOND = 1_000_000_000;

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (!(context.match() instanceof RouteTable.Match.Found(ServedRoute served, _)))
            return rest.answer(context);
        RateLimitConfig policy = served.route().rateLimit();
        if (policy == null) return rest.answer(context);
        RateLimits.Decision decision = count(context, served.route(), policy);
        context.header("RateLimit-Policy",
                POLICY + ";q=" + policy.requests() + ";w=" + policy.per().toSeconds());
        context.header("RateLimit",
                POLICY + ";r=" + decision.remaining() + ";t=" + seconds(decision.resetNanos()));
        if (decision.allowed()) return rest.answer(context);
        context.requestRecord().route(served.route().path());
        Answer refusal = context.answer(EdgeProblems.tooManyRequests())
                .with("Retry-After", Long.toString(seconds(decision.retryNanos())));
        return UnreadBody.dropped(refusal, context);
    }

    private RateLimits.Decision count(FilterContext context, RouteConfig route, RateLimitConfig policy) {
        String who = who(context, policy);
        RateLimits.Decision decision = shared == null || !policy.shared()
                ? null
                : shared.count(context.client(), route, policy, who);
        return decision != null
                ? decision
                : limits.count(route.name(), policy, who, context.request().scheduler().nanoTime());
    }

    private String who(FilterContext context, RateLimitConfig policy) {
        return switch (policy.by()) {
            case CALLER -> context.callerKey();
            case ADDRESS -> CallerAddress.of(context.request(), edge);
            case ROUTE -> "";
        };
    }

    /// Rounds up, so that a client that waits that long is not refused again.
    private static long seconds(long nanos) {
        return (nanos + SECOND - 1) / SECOND;
    }
}
