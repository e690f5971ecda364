package dev.structured.service.aggregate;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Makes pages. Each request is one nursery with a task for each part, under one deadline.
///
/// ```
/// deadline of /products/{id}
///   └─ nursery 'parts'
///        ├─ product
///        ├─ price             awaits product
///        ├─ stock
///        └─ reviews
///             └─ budget of reviews
/// ```
public final class Aggregator {
    private final Map<String, Backend> backends;
    private final AggregateObserver observer;
    private final LongSupplier nanoTime;

    /// @param backends all that the routes name, by the downstream's name
    /// @param observer sees how parts end
    /// @param nanoTime the time by which the observer's durations are measured: the scheduler's
    public Aggregator(Map<String, Backend> backends, AggregateObserver observer, LongSupplier nanoTime) {
        this.backends = Map.copyOf(backends);
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /// Makes the page of one request. Blocks for as long as the route's deadline allows. **Checkpoint.**
    ///
    /// Whatever the downstreams do comes out as an [Outcome]. When this returns or throws, every call has
    /// ended.
    ///
    /// @param parameters the values of all parameters of the route's path, decoded
    /// @param query the client's query parameters, decoded
    /// @throws dev.structured.core.NurseryFailure if a [Backend] has a bug
    /// @throws IllegalStateException if the calling thread runs no task
    public Outcome aggregate(RouteConfig route, Map<String, String> parameters,
            Map<String, List<String>> query) {
        return new Request(route, new CallWriter(parameters, query)).outcome();
    }

    private final class Request {
        private final RouteConfig route;
        private final CallWriter writer;
        private final CancelScope deadline;
        private final Page page;
        /// The parts started so far, by name. Touched by the nursery's block only.
        private final Map<String, Task<PartResult>> tasks = new HashMap<>();

        Request(RouteConfig route, CallWriter writer) {
            this.route = route;
            this.writer = writer;
            this.deadline = CancelScope.create("deadline of " + route.path()).timeout(route.deadline());
            this.page = new Page(route);
        }

        Outcome outcome() {
            deadline.run(() -> Nursery.run("parts", nursery -> {
                for (PartConfig part : route.parts()) start(part, nursery);
            }));
            return page.outcome();
        }

        /// Starts a part's task after those of the parts that it needs, so that it can await them.
        private Task<PartResult> start(PartConfig part, Nursery nursery) {
            Task<PartResult> started = tasks.get(part.name());
            if (started != null) return started;
            List<Task<PartResult>> needs = new ArrayList<>();
            for (String need : part.needs()) needs.add(start(route.part(need), nursery));
            Task<PartResult> task = nursery.startSoon(part.name(), () -> run(part, needs, nursery));
            tasks.put(part.name(), task);
            return task;
        }

        /// The task of a part. A required part that is missing stops all the others.
        private PartResult run(PartConfig config, List<Task<PartResult>> needs, Nursery nursery)
                throws InterruptedException {
            PartResult result = observed(config, new Part(config, backend(config), writer, nanoTime), needs);
            if (!page.add(config, result)) {
                nursery.scope().cancel("required part '" + config.name() + "' is missing");
            }
            return result;
        }

        private PartResult observed(PartConfig config, Part part, List<Task<PartResult>> needs)
                throws InterruptedException {
            String outcome = null;
            try {
                PartResult result = part.get(needs);
                outcome = result.outcome();
                return result;
            } finally {
                observer.partEnded(route.path(), config.name(), outcome == null ? cutShort() : outcome,
                        part.nanosSinceAsked());
            }
        }

        private String cutShort() {
            if (!Checkpoints.isCancelled()) return "error";
            CancelReason reason = deadline.reason();
            boolean late = reason != null && reason.source() == CancelReason.Source.DEADLINE;
            return late ? ErrorType.DEADLINE_EXCEEDED.label() : "cancelled";
        }
    }

    private Backend backend(PartConfig part) {
        Backend backend = backends.get(part.downstream());
        if (backend != null) return backend;
        throw new IllegalStateException(
                "No backend for downstream '" + part.downstream() + "' of part '" + part.name()
                        + "', only for " + backends.keySet());
    }
}
