package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.record.Cause;
import dev.structured.service.record.PageRecorder;
import dev.structured.service.record.PartRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The making of one page, from the route's plan to the outcome.
///
/// ```
///   a part ends ──▶ keep its result ──▶ tell the sink
///        │
///        ├─ it is required and missing ─────────▶ the first such failure is the page's; cancel the nursery
///        ├─ a quorum can no longer be reached ──▶ the same
///        └─ a quorum with 'rest: cancel' is met ▶ cancel the scopes of its other parts
/// ```
///
/// Parts without a result when the deadline passes get one then: a failure, or its replacement.
final class PageRun {
    private final Plan plan;
    private final PageRequest request;
    private final PartSink sink;
    private final AggregateObserver observer;
    private final BiConsumer<PartFailure, String> failedCall;
    private final Duration timeout;
    private final CancelScope deadline;
    private final Map<String, JsonNode> sent;
    private final @Nullable PageRecorder recorder;

    private final Map<String, PartResult> results = new ConcurrentHashMap<>();
    /// The first required part that was missing. Later ones failed only because the others were being
    /// stopped.
    private final AtomicReference<@Nullable PartFailure> failure = new AtomicReference<>();
    private final Quorums quorums = new Quorums();

    /// The parts that were started, by name. Used only by the thread of the nursery's block, and after it.
    private final Map<String, PartRun> runs = new HashMap<>();
    /// The scopes of parts that may be stopped alone: those of quorums that stop the rest. Filled before the
    /// first part starts.
    private final Map<String, CancelScope> stoppable = new HashMap<>();

    /// @param sent the values that the client sent, by the first word of a variable
    PageRun(Plan plan, PageRequest request, Map<String, JsonNode> sent, PartSink sink,
            AggregateObserver observer) {
        this.plan = plan;
        this.request = request;
        this.sent = sent;
        this.recorder = request.recorder();
        this.sink = sink;
        this.observer = observer;
        this.failedCall = (failure, detail) -> {
            observer.callFailed(plan.route.path(), failure, detail);
            if (recorder != null) recorder.callFailed(failure.line(plan.route.path(), detail));
        };
        this.timeout = request.allowed(plan.route.deadline());
        this.deadline = new CancelScope("deadline of " + plan.route.path())
                .withTimeout(timeout.isNegative() ? Duration.ZERO : timeout);
    }

    /// Makes the page and returns the outcome. Blocks until it is decided. **Checkpoint.**
    Outcome outcome() {
        Task.current().note("request", request.id());
        for (PartPlan part : plan.parts) {
            if (part.stoppable) stoppable.put(part.name(), new CancelScope("part " + part.name()));
        }
        if (recorder != null) recorder.planned(plan.layout, timeout);
        if (timeout.isPositive()) deadline.run(() -> Nursery.run("parts", this::start));
        if (recorder != null && isLate()) recorder.deadlinePassed();
        for (PartPlan part : plan.inOrderOfNeed) {
            if (!results.containsKey(part.name()) && failure.get() == null) late(part);
        }
        PartFailure first = failure.get();
        if (first != null) return new Outcome.Failed(first, status(first));
        Outcome page = Page.of(plan, results);
        return plan.location == null ? page : plan.location.addTo(page, sent, results);
    }

    private void start(Nursery nursery) {
        Map<String, JsonNode> known = new HashMap<>();
        Map<String, Task<PartResult>> tasks = new HashMap<>();
        for (PartPlan part : plan.inOrderOfNeed) {
            PartResult.Present fixed = part.fixed();
            if (fixed != null) {
                known.put(part.name(), fixed.value());
                ended(part, fixed, nursery.scope());
                observer.partEnded(plan.route.path(), part.name(), fixed.outcome(), 0);
            } else {
                tasks.put(part.name(), start(part, tasks, known, nursery));
            }
        }
    }

    private Task<PartResult> start(PartPlan part, Map<String, Task<PartResult>> tasks,
            Map<String, JsonNode> known, Nursery nursery) {
        List<Task<PartResult>> needs = new ArrayList<>(part.needs.size());
        for (String need : part.needs) {
            Task<PartResult> task = tasks.get(need);
            if (task != null) needs.add(task);
        }
        Map<String, JsonNode> values = part.needs.isEmpty() ? Map.of() : Map.copyOf(known);
        PartRecorder recorded = recorder == null ? null : recorder.part(part.index);
        PartRun run = new PartRun(part, request, sent, timeout, failedCall, recorded);
        runs.put(part.name(), run);
        return nursery.startSoon(part.name(), () -> {
            Task.current().note("request", request.id());
            Task.current().note("part", part.name());
            if (recorded != null) recorded.begun();
            PartResult result = observed(part, run, needs, values);
            ended(part, result, nursery.scope());
            return result;
        });
    }

    private PartResult observed(PartPlan part, PartRun run, List<Task<PartResult>> needs,
            Map<String, JsonNode> known) throws InterruptedException {
        String outcome = null;
        try {
            PartResult result = stoppable(part, run, needs, known);
            outcome = result.outcome();
            return result;
        } finally {
            String end = outcome == null ? cutShort() : outcome;
            observer.partEnded(plan.route.path(), part.name(), end, run.nanosSinceAsked());
            if (outcome == null && recorder != null) recorder.part(part.index).stopped(end);
        }
    }

    private PartResult stoppable(PartPlan part, PartRun run, List<Task<PartResult>> needs,
            Map<String, JsonNode> known) throws InterruptedException {
        CancelScope scope = stoppable.get(part.name());
        if (scope == null) return run.get(needs, known);
        return scope.call(() -> run.get(needs, known))
                .orElseGet(_ -> run.standIn(new PartResult.Missing(
                        part.failure(ErrorType.NOT_NEEDED, null, ErrorType.NOT_NEEDED.words()))));
    }

    private String cutShort() {
        if (!Checkpoints.isCancelled()) return "error";
        return isLate() ? ErrorType.DEADLINE_EXCEEDED.label() : "cancelled";
    }

    private boolean isLate() {
        CancelReason reason = deadline.reason();
        return reason != null && reason.source() == CancelReason.Source.DEADLINE;
    }

    /// Keeps a part's result. If the page cannot be made without the part and it is missing, stops all
    /// others.
    ///
    /// @param all the scope of all parts
    private void ended(PartPlan part, PartResult result, CancelScope all) {
        results.put(part.name(), result);
        if (recorder != null) record(recorder.part(part.index), result);
        if (part.required && result.isMissing()) fail(result.failure(), Cause.Kind.REQUIRED_FAILED);
        for (QuorumConfig quorum : part.quorums) {
            switch (quorums.add(quorum, result)) {
                case MISSED -> fail(missed(quorum), Cause.Kind.QUORUM_MISSED);
                case REACHED -> stopTheRest(quorum, part);
                case OPEN -> {
                }
            }
        }
        if (failure.get() != null) {
            all.cancel("part '" + part.name() + "' is missing");
        } else {
            tell(part, result);
        }
    }

    private static void record(PartRecorder recorder, PartResult result) {
        PartFailure why = result.failure();
        if (why == null) recorder.ended(result.outcome(), null, null, null);
        else
            recorder.ended(result.outcome(), why.type().label(), why.status(), why.detail());
    }

    private void fail(@Nullable PartFailure reason, Cause.Kind kind) {
        if (reason == null || !failure.compareAndSet(null, reason)) return;
        if (recorder != null) recorder.cancels(kind, reason.part());
    }

    private PartFailure missed(QuorumConfig quorum) {
        List<String> parts = new ArrayList<>();
        for (String name : quorum.of()) {
            PartResult result = results.get(name);
            PartFailure why = result == null ? null : result.failure();
            parts.add(why == null ? name : name + ": " + why.type().label());
        }
        return new PartFailure(quorum.name(), null, ErrorType.QUORUM, null,
                "only " + quorums.present(quorum) + " of "
                        + quorum.of().size() + " are there; the page needs " + quorum.need() + " ("
                        + String.join(", ", parts)
                        + ")");
    }

    private void stopTheRest(QuorumConfig quorum, PartPlan last) {
        if (quorum.rest() != QuorumConfig.Rest.CANCEL) return;
        if (recorder != null) recorder.cancels(Cause.Kind.QUORUM_MET, last.name());
        for (String name : quorum.of()) {
            CancelScope scope = stoppable.get(name);
            if (scope != null && !results.containsKey(name) && !isNeededElsewhere(name))
                scope.cancel("enough parts of '" + quorum.name() + "'");
        }
    }

    /// A part may belong to several quorums: one that is met must not stop a part that another still needs.
    private boolean isNeededElsewhere(String part) {
        return plan.route.quorum().values().stream()
                .anyMatch(quorum -> quorum.of().contains(part) && quorums.present(quorum) < quorum.need());
    }

    private void tell(PartPlan part, PartResult result) {
        PartFailure wrong = result.failure();
        try {
            if (wrong != null) sink.missing(wrong);
        } finally {
            // Also if the deadline passes between the two, because the replacement is in the page.
            if (result instanceof PartResult.Present present && part.config.place().show()) {
                sink.present(part.name(), present.shown());
            }
        }
    }

    /// Ends a part that had no result when the deadline passed.
    private void late(PartPlan part) {
        PartFailure why = part.failure(ErrorType.DEADLINE_EXCEEDED, null, timeout.isPositive()
                ? "not ready when the page's deadline of " + timeout.toMillis() + " ms passed"
                : "the time that the caller gave had passed on arrival");
        PartRun run = runs.get(part.name());
        PartResult missing = new PartResult.Missing(why);
        ended(part, run == null ? missing : run.standIn(missing), deadline);
    }

    private int status(PartFailure first) {
        Integer answered = first.status();
        Integer mapped = answered == null || !plan.route.parts().containsKey(first.part())
                ? null
                : plan.route.part(first.part()).failure().statuses().get(answered);
        return mapped == null ? first.type().status() : mapped;
    }
}
