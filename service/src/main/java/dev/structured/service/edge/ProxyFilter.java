package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Passes on the requests of routes with a proxy, and passes back the answers. Comes before all filters that
/// read the body, which goes to the downstream as it comes.
///
/// A short body is awaited before the request takes any place, so that a client which sends it slowly holds
/// none. Requests with another body give their places back while it comes: `guard` bounds how many of them
/// a downstream has.
final class ProxyFilter implements Filter {
    /// The longest body that is awaited; it may have to be kept for every connection.
    private static final int SHORT_BYTES = 16 * 1024;

    private final DeadlineFilter deadline;
    private final @Nullable Filter admission;

    /// @param admission refuses requests while there is too much to do; null for none
    ProxyFilter(DeadlineFilter deadline, @Nullable Filter admission) {
        this.deadline = deadline;
        this.admission = admission;
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (!(context.match() instanceof RouteTable.Match.Found(ServedRoute served, _)))
            return rest.answer(context);
        ProxyConfig proxy = served.route().proxy();
        if (proxy == null) return rest.answer(context);
        context.requestRecord().route(served.route().path());
        try {
            String target = target(context.request(), served.route(), proxy);
            if (!isShort(context.request())) {
                return UnreadBody.on(passed(context, served.route(), proxy, target, null), context.request());
            }
            return switch (context.client().readBody(SHORT_BYTES, true)) {
                case ReceivedBody.Complete(byte[] bytes) ->
                    passed(context, served.route(), proxy, target, new WholeBody(bytes));
                case ReceivedBody.TooLarge() -> throw new Refusal(EdgeProblems.malformedBody());
                case ReceivedBody.Malformed() -> throw new Refusal(EdgeProblems.malformedBody());
                case ReceivedBody.TooSlow() -> throw new Refusal(EdgeProblems.bodyTooSlow());
            };
        } catch (Refusal e) {
            return UnreadBody.on(context.answer(e.problem()), context.request());
        }
    }

    private static boolean isShort(ClientRequest request) {
        long length = length(request);
        return length > 0 && length <= SHORT_BYTES && !request.headers().contains("Transfer-Encoding");
    }

    /// @param whole the body, if it has been read; otherwise null
    private Answer passed(FilterContext context, RouteConfig route, ProxyConfig proxy, String target,
            @Nullable WholeBody whole) throws Refusal, BadRequestException, IOException {
        Rest passing = admitted -> exchanged(admitted, route, proxy, target, whole);
        return deadline.answer(context,
                timed -> admission == null ? passing.answer(timed) : admission.answer(timed, passing));
    }

    private static String target(ClientRequest request, RouteConfig route, ProxyConfig proxy) throws Refusal {
        for (String value : request.headers().values("Upgrade")) {
            if (value.toLowerCase(Locale.ROOT).contains("websocket")) {
                throw new Refusal(EdgeProblems.noWebSocket());
            }
        }
        Integer most = proxy.maxBodyBytes();
        if (most != null && length(request) > most) throw new Refusal(EdgeProblems.bodyTooLarge(most));
        String path = Objects.requireNonNull(request.path(), "A route was found by it");
        return ProxyTarget.of(route.pattern(), proxy, path, request.query());
    }

    private static long length(ClientRequest request) {
        String length = request.headers().first("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return 0; // the server refuses it
        }
    }

    @SuppressWarnings("SwallowedCancelled") // around the request's run
    private static Answer exchanged(FilterContext context, RouteConfig route, ProxyConfig proxy,
            String target, @Nullable WholeBody whole) {
        AccessConfig access = route.access();
        boolean keyed = access != null && !access.clients().isEmpty();
        List<HeaderField> fields = PassedHeaders.on(context.request().headers(),
                keyed ? context.table().edge().apiKeyHeader() : "");
        Integer most = proxy.maxBodyBytes();
        ClientPassage[] passages = new ClientPassage[1];
        Optional<Answer> answer;
        try {
            answer = context.client().exchange(route.name(), (client, body) -> {
                ClientPassage passage = new ClientPassage(context, client, whole == null ? body : whole,
                        fields, most == null ? Long.MAX_VALUE : most);
                if (!passage.hasArrived()) context.leavePlaces();
                passages[0] = passage;
                return passed(context, route, passage, target);
            });
        } catch (RuntimeException | Error e) {
            answer = Optional.of(FailureFilter.problem(context, e));
            if (passages[0] != null) passages[0].abort();
        }
        return answer.orElseGet(() -> stopped(context, passages[0]));
    }

    private static Answer passed(FilterContext context, RouteConfig route, ClientPassage passage,
            String target)
            throws InterruptedException {
        PageRequest request = context.pageRequest();
        PartFailure failure = context.table().pages().pass(route, request, passage, target);
        if (failure == null) {
            context.requestRecord().verdict(Verdict.COMPLETE);
            passage.end();
            return Answer.withoutBody(204); // not sent: the client has the downstream's
        }
        context.requestRecord().verdict(Verdict.failed(failure, failure.type().status()));
        passage.abort();
        return problem(failure, context, route, request);
    }

    private static Answer problem(PartFailure failure, FilterContext context, RouteConfig route,
            PageRequest request) {
        ErrorType type = failure.type();
        ProblemDetails problem = EdgeProblems.notPassedOn(type).with("error", type.label())
                .with("downstream", failure.part());
        if (type == ErrorType.DEADLINE_EXCEEDED) {
            problem = problem.with("budgetMs", request.allowed(route.deadline()).toMillis())
                    .with("elapsedMs", context.request().elapsed().toMillis());
        }
        Answer answer = context.answer(problem).with(ProxyStatus.HEADER,
                ProxyStatus.of(List.of(failure)));
        return answer.status() == 503 ? RetryLater.on(answer) : answer;
    }

    /// Returns the answer if the client has gone, or was refused while it sent.
    private static Answer stopped(FilterContext context, @Nullable ClientPassage passage) {
        if (passage != null) passage.abort();
        ProblemDetails refused = passage == null ? null : passage.refused();
        return refused == null
                ? PageFilter.gone(context)
                : context.answer(refused).with("Connection", "close");
    }
}
