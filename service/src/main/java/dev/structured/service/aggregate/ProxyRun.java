package dev.structured.service.aggregate;

import dev.structured.core.CancelScope;
import dev.structured.core.Task;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PageRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.RouteLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One request that is passed on to the downstream of its route, under the route's deadline.
final class ProxyRun {
    private final RouteConfig route;
    private final RouteLayout layout;
    private final String name;
    private final Downstream downstream;
    private final PageRequest request;
    private final AggregateObserver observer;
    private final @Nullable PageRecorder recorder;

    ProxyRun(Plan plan, String name, Downstream downstream, PageRequest request,
            AggregateObserver observer) {
        this.route = plan.route;
        this.layout = plan.layout;
        this.name = name;
        this.downstream = downstream;
        this.request = request;
        this.observer = observer;
        this.recorder = request.recorder();
    }

    /// Passes the request on, and the answer back. Blocks. **Checkpoint.**
    ///
    /// @param target the path and query for the downstream
    /// @return the reason why the answer is missing or incomplete; null if it was passed back
    @Nullable
    PartFailure pass(Passage passage, String target) throws InterruptedException {
        Task.current().note("request", request.id());
        Duration timeout = request.allowed(route.deadline());
        if (!timeout.isPositive()) {
            return failure(ErrorType.DEADLINE_EXCEEDED,
                    "the time that the caller gave had passed on arrival");
        }
        Call call = Call.passing(passage, target, route.path(), request.id(), request.origin());
        if (recorder == null) return withinDeadline(call, timeout);
        recorder.planned(layout, timeout);
        PartRecorder part = recorder.part(0);
        part.begun();
        part.ready();
        part.asked(null);
        try {
            PartFailure failure = recorded(call, timeout, part.attempt());
            if (failure == null) part.ended("ok", null, null, null);
            else
                part.ended(failure.type().label(), failure.type().label(), null, failure.detail());
            return failure;
        } finally {
            part.stopped("cancelled");
        }
    }

    private @Nullable PartFailure recorded(Call call, Duration timeout,
            @Nullable AttemptRecorder attempt) throws InterruptedException {
        String end = "cancelled";
        try {
            PartFailure failure = withinDeadline(call.recordedBy(attempt), timeout);
            boolean late = failure != null && failure.type() == ErrorType.DEADLINE_EXCEEDED;
            if (!late) end = failure == null ? null : failure.type().label();
            return failure;
        } finally {
            if (attempt != null) attempt.ended(0, end);
        }
    }

    private @Nullable PartFailure withinDeadline(Call call, Duration timeout)
            throws InterruptedException {
        return new CancelScope("deadline of " + route.path()).withTimeout(timeout)
                .<@Nullable PartFailure, InterruptedException>call(() -> failure(call))
                .orElseGet(_ -> {
                    if (recorder != null) recorder.deadlinePassed();
                    return failure(ErrorType.DEADLINE_EXCEEDED,
                            "no answer before the route's deadline of " + timeout.toMillis() + " ms");
                });
    }

    private @Nullable PartFailure failure(Call call) throws InterruptedException {
        try {
            Reply _ = downstream.call(call);
            return null;
        } catch (DownstreamException e) {
            PartFailure failure = failure(e.type(), e.type().words());
            String detail = String.valueOf(e.getMessage());
            observer.callFailed(route.path(), failure, detail);
            if (recorder != null) recorder.callFailed(failure.line(route.path(), detail));
            return failure;
        }
    }

    private PartFailure failure(ErrorType type, String detail) {
        return new PartFailure(name, name, type, null, detail);
    }
}
