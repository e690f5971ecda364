package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.config.QuorumConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One request for a page, from its plan to its outcome.
///
/// ```
///   a part ends ──▶ its result is kept ──▶ the sink is told
///        │
///        ├─ it is missing, and required ──────────▶ the first such is the failure; the nursery is cancelled
///        ├─ its quorum cannot be reached any more ─▶ the same
///        └─ its quorum is reached, 'rest: cancel' ─▶ the scopes of the other parts are cancelled
/// ```
///
/// A part without a result did not end before the deadline: it gets one then.
final class PageMaking {
    private final Plan plan;
    private final PageRequest request;
    private final PartSink sink;
    private final AggregateObserver observer;
    private final LongSupplier nanoTime;
    private final Duration whole;
    private final CancelScope deadline;
    private final Map<String, JsonNode> sent;

    private final Map<String, PartResult> results = new ConcurrentHashMap<>();
    /// The first that was missing and must not be. Later ones failed because everything was being stopped, or too
    /// late.
    private final AtomicReference<@Nullable PartFailure> failure = new AtomicReference<>();
    private final Quorums quorums = new Quorums();

    /// Touched by the nursery's block only, until it has ended.
    private final Map<String, Part> parts = new HashMap<>();
    /// The scopes of parts that may be stopped alone: those of quorums that stop the rest. Filled before the first part starts.
    private final Map<String, CancelScope> alone = new HashMap<>();

    /// @param sent what the client sent, for variables
    PageMaking(Plan plan, PageRequest request, Map<String, JsonNode> sent, PartSink sink,
            AggregateObserver observer,
            LongSupplier nanoTime) {
        this.plan = plan;
        this.request = request;
        this.sent = sent;
        this.sink = sink;
        this.observer = observer;
        this.nanoTime = nanoTime;
        this.whole = request.allowed(plan.route.deadline());
        this.deadline = CancelScope.create("deadline of " + plan.route.path())
                .timeout(whole.isNegative() ? Duration.ZERO : whole);
    }

    /// Returns what the request comes to. Blocks. **Checkpoint.**
    Outcome outcome() {
        for (PlannedPart part : plan.parts) {
            if (part.stoppable) alone.put(part.name(), CancelScope.create("part " + part.name()));
        }
        if (whole.isPositive()) deadline.run(() -> Nursery.run("parts", this::start));
        for (PlannedPart part : plan.inOrderOfNeed) {
            if (!results.containsKey(part.name()) && failure.get() == null) late(part);
        }
        PartFailure first = failure.get();
        if (first != null) return new Outcome.Failed(first, status(first));
        return Page.of(plan, results);
    }

    private void start(Nursery nursery) {
        Map<String, JsonNode> known = new HashMap<>();
        Map<String, Task<PartResult>> tasks = new HashMap<>();
        for (PlannedPart part : plan.inOrderOfNeed) {
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

    private Task<PartResult> start(PlannedPart plan, Map<String, Task<PartResult>> tasks,
            Map<String, JsonNode> known, Nursery nursery) {
        List<Task<PartResult>> needs = new ArrayList<>(plan.needs.size());
        for (String need : plan.needs) {
            Task<PartResult> task = tasks.get(need);
            if (task != null) needs.add(task);
        }
        Map<String, JsonNode> values = plan.needs.isEmpty() ? Map.of() : Map.copyOf(known);
        Part part = new Part(plan, request, sent, whole, nanoTime);
        parts.put(plan.name(), part);
        return nursery.startSoon(plan.name(), () -> {
            PartResult result = observed(plan, part, needs, values);
            ended(plan, result, nursery.scope());
            return result;
        });
    }

    private PartResult observed(PlannedPart plan, Part part, List<Task<PartResult>> needs,
            Map<String, JsonNode> known) throws InterruptedException {
        String outcome = null;
        try {
            PartResult result = stoppable(plan, part, needs, known);
            outcome = result.outcome();
            return result;
        } finally {
            observer.partEnded(this.plan.route.path(), plan.name(), outcome == null ? cutShort() : outcome,
                    part.nanosSinceAsked());
        }
    }

    private PartResult stoppable(PlannedPart plan, Part part, List<Task<PartResult>> needs,
            Map<String, JsonNode> known) throws InterruptedException {
        CancelScope scope = alone.get(plan.name());
        if (scope == null) return part.get(needs, known);
        return scope.call(() -> part.get(needs, known))
                .orElseGet(() -> part.standIn(new PartResult.Missing(
                        plan.failure(ErrorType.NOT_NEEDED, null, ErrorType.NOT_NEEDED.words()))));
    }

    private String cutShort() {
        if (!Checkpoints.isCancelled()) return "error";
        CancelReason reason = deadline.reason();
        boolean late = reason != null && reason.source() == CancelReason.Source.DEADLINE;
        return late ? ErrorType.DEADLINE_EXCEEDED.label() : "cancelled";
    }

    /// Takes in what a part came to. What there can be no page without, and is missing, stops all others.
    private void ended(PlannedPart part, PartResult result, CancelScope all) {
        results.put(part.name(), result);
        if (part.required && result.isMissing()) fail(result.failure());
        for (QuorumConfig quorum : part.quorums) {
            switch (quorums.add(quorum, result)) {
                case MISSED -> fail(missed(quorum));
                case REACHED -> stopTheRest(quorum);
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

    private void fail(@Nullable PartFailure reason) {
        if (reason != null) failure.compareAndSet(null, reason);
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

    private void stopTheRest(QuorumConfig quorum) {
        if (quorum.rest() != QuorumConfig.Rest.CANCEL) return;
        for (String name : quorum.of()) {
            CancelScope scope = alone.get(name);
            if (scope != null && !results.containsKey(name) && !isNeededElsewhere(name))
                scope.cancel("enough parts of '" + quorum.name() + "'");
        }
    }

    /// A part may count for several quorums: one that has enough must not take it from one that has not.
    private boolean isNeededElsewhere(String part) {
        return plan.route.quorum().values().stream()
                .anyMatch(quorum -> quorum.of().contains(part) && quorums.present(quorum) < quorum.need());
    }

    private void tell(PlannedPart part, PartResult result) {
        PartFailure wrong = result.failure();
        try {
            if (wrong != null) sink.missing(wrong);
        } finally {
            // Also when the deadline passes meanwhile: what stands in for the part is in the page.
            if (result instanceof PartResult.Present present && part.config.place().show()) {
                sink.present(part.name(), present.shown());
            }
        }
    }

    /// Gives a part that did not end before the deadline what it comes to then.
    private void late(PlannedPart plan) {
        PartFailure why = plan.failure(ErrorType.DEADLINE_EXCEEDED, null, whole.isPositive()
                ? "not ready when the page's deadline of " + whole.toMillis() + " ms passed"
                : "the time that the caller gave had passed on arrival");
        Part part = parts.get(plan.name());
        PartResult missing = new PartResult.Missing(why);
        ended(plan, part == null ? missing : part.standIn(missing), deadline);
    }

    private int status(PartFailure first) {
        Integer answered = first.status();
        Integer mapped = answered == null || !plan.route.parts().containsKey(first.part())
                ? null
                : plan.route.part(first.part()).failure().statuses().get(answered);
        return mapped == null ? first.type().status() : mapped;
    }
}
