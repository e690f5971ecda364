package dev.structured.service.commands;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The number of calls that one request can make to each downstream, without and with retries and hedges.
final class CallBound {
    private final ServiceConfig config;

    CallBound(ServiceConfig config) {
        this.config = config;
    }

    /// The calls to one downstream, or to all of them.
    ///
    /// @param asked the calls of the parts, at most: with all conditions true, and all lists as long as
    ///     allowed
    /// @param most the calls with every retry and hedge that one request can make
    /// @param longRun the largest average over many such requests, which `extra` bounds
    record Calls(long asked, long most, double longRun) {
        private static final Calls NONE = new Calls(0, 0, 0);

        Calls and(Calls other) {
            return new Calls(asked + other.asked, most + other.most, longRun + other.longRun);
        }

        Calls times(int count) {
            return new Calls(asked * count, most * count, longRun * count);
        }
    }

    /// Returns the calls of one request, by downstream, in the order in which the parts name the downstreams.
    Map<String, Calls> of(RouteConfig route) {
        Map<String, Calls> calls = new LinkedHashMap<>();
        BatchConfig batch = route.batch();
        if (batch != null) {
            of(pages(config, batch)).forEach((name, each) -> calls.put(name, each.times(batch.atMost())));
        }
        ProxyConfig proxy = route.proxy();
        if (proxy != null) calls.put(proxy.downstream(), of(proxy));
        for (PartConfig part : route.parts().values()) {
            if (part.downstream() != null) calls.merge(part.downstream(), of(part), Calls::and);
        }
        return calls;
    }

    private Calls of(ProxyConfig proxy) {
        DownstreamConfig downstream = config.downstreams().get(proxy.downstream());
        RetryConfig retry = downstream == null ? null : downstream.retry();
        return calls(1, retry == null ? 1 : retry.attempts(), downstream);
    }

    private static Calls calls(long asked, int attempts, @Nullable DownstreamConfig downstream) {
        double share = downstream == null ? 0 : downstream.extra().share().fraction();
        return new Calls(asked, asked * attempts, asked * Math.min(attempts, 1 + share));
    }

    /// Returns the sum of the calls to all downstreams.
    static Calls sum(Map<String, Calls> calls) {
        return calls.values().stream().reduce(Calls.NONE, Calls::and);
    }

    private Calls of(PartConfig part) {
        PartSource.Each each = part.each();
        return calls(each == null ? 1 : each.atMost(), attempts(part), downstream(part));
    }

    /// Returns the largest number of attempts of one call of a part: the first, its hedges, and its retries.
    int attempts(PartConfig part) {
        RetryConfig retry = retry(part);
        HedgeConfig hedge = hedge(part);
        return (hedge == null ? 1 : hedge.attempts()) + (retry == null ? 0 : retry.attempts() - 1);
    }

    /// Returns the reasons why a request can make more than one call for a part, a sentence each.
    List<String> factors(RouteConfig route) {
        List<String> factors = new ArrayList<>();
        BatchConfig batch = route.batch();
        if (batch != null) {
            factors.add("a request has up to " + batch.atMost() + " pages, " + batch.atOnce() + " at a time");
            factors.addAll(factors(pages(config, batch)));
        }
        for (PartConfig part : route.parts().values()) {
            PartSource.Each each = part.each();
            if (each != null) {
                factors.add("'" + part.name() + "' asks for up to " + each.atMost() + " elements, "
                        + each.atOnce() + " at a time");
            }
            if (attempts(part) > 1)
                factors.add("'" + part.name() + "' makes a call up to " + attempts(part)
                        + " times: " + why(part));
        }
        return factors;
    }

    private String why(PartConfig part) {
        List<String> why = new ArrayList<>(List.of("1 asked for"));
        HedgeConfig hedge = hedge(part);
        RetryConfig retry = retry(part);
        if (hedge != null) why.add(Words.counted(hedge.attempts() - 1, "hedge"));
        if (retry != null) why.add(Words.counted(retry.attempts() - 1, "retry", "retries"));
        return String.join(", ", why);
    }

    private @Nullable RetryConfig retry(PartConfig part) {
        DownstreamConfig downstream = downstream(part);
        CallConfig call = part.call();
        return downstream == null || call == null || !call.mayRetry() ? null : downstream.retry();
    }

    private @Nullable HedgeConfig hedge(PartConfig part) {
        DownstreamConfig downstream = downstream(part);
        CallConfig call = part.call();
        return downstream == null || call == null || !call.mayHedge() ? null : downstream.hedge();
    }

    private @Nullable DownstreamConfig downstream(PartConfig part) {
        return part.downstream() == null ? null : config.downstreams().get(part.downstream());
    }

    /// Returns the route whose pages a batch consists of.
    static RouteConfig pages(ServiceConfig config, BatchConfig batch) {
        return batch.pagesOf(config.routes())
                .orElseThrow(
                        () -> new IllegalStateException("A batch of the unknown route " + batch.route()));
    }
}
