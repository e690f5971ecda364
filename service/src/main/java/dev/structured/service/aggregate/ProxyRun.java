package dev.structured.service.aggregate;

import dev.structured.core.CancelScope;
import dev.structured.core.Task;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One request that is passed on to the downstream of its route, under the route's deadline.
final class ProxyRun {
    private final RouteConfig route;
    private final String name;
    private final Downstream downstream;
    private final PageRequest request;
    private final AggregateObserver observer;

    ProxyRun(RouteConfig route, String name, Downstream downstream, PageRequest request,
            AggregateObserver observer) {
        this.route = route;
        this.name = name;
        this.downstream = downstream;
        this.request = request;
        this.observer = observer;
    }

    /// Passes the request on, and the answer back. Blocks. **Checkpoint.**
    ///
    /// @param target the path and query that are asked for
    /// @return why the answer is missing or not complete; null if it was passed back
    @Nullable
    PartFailure pass(Passage passage, String target) throws InterruptedException {
        Task.current().note("request", request.id());
        Duration timeout = request.allowed(route.deadline());
        if (!timeout.isPositive()) {
            return failure(ErrorType.DEADLINE_EXCEEDED,
                    "the time that the caller gave had passed on arrival");
        }
        CancelScope deadline = new CancelScope("deadline of " + route.path()).withTimeout(timeout);
        Call call = Call.passing(passage, target, route.path(), request.id(), request.origin());
        return deadline.<@Nullable PartFailure, InterruptedException>call(() -> failure(call))
                .orElseGet(_ -> failure(ErrorType.DEADLINE_EXCEEDED,
                        "no answer before the route's deadline of " + timeout.toMillis() + " ms"));
    }

    private @Nullable PartFailure failure(Call call) throws InterruptedException {
        try {
            Reply _ = downstream.call(call);
            return null;
        } catch (DownstreamException e) {
            PartFailure failure = failure(e.type(), e.type().words());
            observer.callFailed(route.path(), failure, String.valueOf(e.getMessage()));
            return failure;
        }
    }

    private PartFailure failure(ErrorType type, String detail) {
        return new PartFailure(name, name, type, null, detail);
    }
}
