package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.aggregate.PartResult.Missing;
import dev.structured.service.aggregate.PartResult.NotAsked;
import dev.structured.service.aggregate.PartResult.Present;
import dev.structured.service.aggregate.PartResult.Skipped;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.Condition;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.Percentage;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The making of one part of one page: waits for the parts that it needs, calls its downstream within its
/// budget, judges the answer, and replaces a missing value.
///
/// Used by the part's task, and after that task has ended by the request's task.
final class PartRun {
    private static final int NOT_FOUND = 404;

    private final PartPlan plan;
    private final PartConfig config;
    private final PageRequest request;
    private final Map<String, JsonNode> sent;
    private final Duration timeout;
    private final BiConsumer<PartFailure, String> failedCall;
    private final @Nullable PartRecorder recorder;
    private boolean asked;
    private long askedAt;
    /// The call that was made, to find a stale answer to it; null before the call, and for a part with
    /// `each`.
    private volatile @Nullable Call call;

    /// @param sent the values that the client sent, by the first word of a variable
    /// @param timeout the time that the whole request may take
    /// @param failedCall called for each call that fails, with a description for the log
    /// @param recorder records the part; null if it is not recorded
    PartRun(PartPlan plan, PageRequest request, Map<String, JsonNode> sent, Duration timeout,
            BiConsumer<PartFailure, String> failedCall, @Nullable PartRecorder recorder) {
        this.plan = plan;
        this.config = plan.config;
        this.request = request;
        this.sent = sent;
        this.timeout = timeout;
        this.failedCall = failedCall;
        this.recorder = recorder;
    }

    /// Makes the part and returns its result. Blocks. **Checkpoint.**
    ///
    /// @param needs the tasks of the parts that it needs, in the plan's order
    /// @param known the values of parts that need no task, by name
    /// @throws InterruptedException if a cancellation interrupted the call
    PartResult get(List<Task<PartResult>> needs, Map<String, JsonNode> known) throws InterruptedException {
        Map<String, JsonNode> values = needs.isEmpty() ? known : new HashMap<>(known);
        for (Task<PartResult> need : needs) {
            switch (need.await()) {
                case Present present -> values.put(need.name(), present.value());
                case NotAsked notAsked -> {
                    if (plan.ingredients.contains(need.name())) return notAsked;
                }
                case Missing _,Skipped _ -> {
                    // A page that fails for want of that part stops this one.
                    Checkpoints.checkCancelled();
                    return standIn(new Skipped(plan.failure(ErrorType.MISSING_VALUE, null,
                            "needs part '" + need.name() + "', which is missing")));
                }
            }
        }
        if (recorder != null) recorder.ready();
        Bindings bindings = new Bindings(sent, values, null);
        for (Condition condition : config.when()) {
            if (!Conditions.holds(condition, bindings)) return new NotAsked();
        }
        JsonNode fixed = config.value();
        if (fixed != null) return plan.present(fixed);
        PartResult result = withinBudget(source(), bindings);
        return result instanceof Missing missing ? standIn(missing) : result;
    }

    private PartPlan.Source source() {
        PartPlan.Source source = plan.source;
        if (source != null) return source;
        throw new IllegalStateException("Part '" + config.name() + "' makes no call");
    }

    private PartResult withinBudget(PartPlan.Source source, Bindings bindings) throws InterruptedException {
        Duration budget = budget(source.call());
        if (isTooLittle(budget, source.call().minBudget())) {
            Checkpoints.checkCancelled();
            return missing(ErrorType.BUDGET_TOO_SMALL, null, ErrorType.BUDGET_TOO_SMALL.words());
        }
        asked = true;
        askedAt = Scheduler.current().nanoTime();
        if (recorder != null) recorder.asked(budget);
        if (budget == null) return ask(source, bindings);
        return new CancelScope("budget of " + config.name()).withTimeout(budget)
                .call(() -> ask(source, bindings))
                .orElseGet(_ -> callFailed(ErrorType.TIMEOUT, null,
                        "no answer within its budget of " + budget.toMillis() + " ms"));
    }

    private static boolean isTooLittle(@Nullable Duration budget, @Nullable Duration least) {
        if (budget != null && !budget.isPositive()) return true;
        if (least == null) return false;
        return (budget != null && budget.compareTo(least) < 0)
                || Checkpoints.remaining().compareTo(least) < 0;
    }

    private @Nullable Duration budget(CallConfig rules) {
        return switch (rules.budget()) {
            case null -> null;
            case BudgetRule.Fixed(Duration time) -> time;
            case BudgetRule.OfDeadline(Percentage share) -> share.of(timeout);
            case BudgetRule.RemainingMinus(Duration reserve) -> Checkpoints.remaining().minus(reserve);
        };
    }

    private PartResult ask(PartPlan.Source source, Bindings bindings) throws InterruptedException {
        PartSource.Each each = config.each();
        if (each == null) return one(source, bindings, false);
        JsonNode list = bindings.find(each.list());
        if (!list.isArray()) {
            return unusable(bindings.unusable(each.list(), switch (list.getNodeType()) {
                case MISSING -> "is missing";
                case NULL -> "is null";
                default -> "is not a list";
            }));
        }
        if (list.size() > each.atMost()) {
            return missing(ErrorType.TOO_MANY_ELEMENTS, null,
                    each.list().text() + " has " + list.size() + " elements; at most " + each.atMost()
                            + " are asked for");
        }
        return new Elements(plan, each).ask((ArrayNode) list,
                element -> one(source, bindings.with(element), true));
    }

    private PartResult one(PartPlan.Source source, Bindings bindings, boolean element)
            throws InterruptedException {
        AttemptRecorder attempt = null;
        String end = "cancelled";
        try {
            Call written = source.writer().write(bindings, request);
            attempt = recorder == null ? null : recorder.attempt();
            written = written.recordedBy(attempt);
            if (!element) call = written;
            Checkpoints.checkCancelled();
            Reply reply = source.downstream().call(written);
            end = null;
            return judged(reply, element);
        } catch (UnusableValueException e) {
            return unusable(e);
        } catch (DownstreamException e) {
            // A cancelled call may end with any exception: then the part was cancelled and has not failed.
            Checkpoints.checkCancelled();
            end = e.type().label();
            PartFailure failure = plan.failure(e.type(), null, e.type().words());
            failedCall.accept(failure, String.valueOf(e.getMessage()));
            return new Missing(failure);
        } finally {
            if (attempt != null) attempt.ended(0, end);
        }
    }

    /// Returns the failure for an unusable value. If the client sent it, no downstream is to blame.
    private Missing unusable(UnusableValueException e) {
        String blamed = e.type() == ErrorType.BAD_PARAMETER ? null : config.downstream();
        return new Missing(new PartFailure(config.name(), blamed, e.type(), null, e.detail()));
    }

    private PartResult judged(Reply reply, boolean element) {
        int status = reply.status();
        if (!reply.isSuccess()) return failed(status, reply);
        if (reply.body().isMissingNode()) {
            return callFailed(ErrorType.INVALID_JSON, status, "the downstream's answer had no body");
        }
        try {
            return shaped(reply, element);
        } catch (UnusableValueException e) {
            return callFailed(e.type(), status, e.detail());
        }
    }

    private Missing callFailed(ErrorType type, @Nullable Integer status, String detail) {
        PartFailure failure = plan.failure(type, status, detail);
        failedCall.accept(failure, detail);
        return new Missing(failure);
    }

    private Missing failed(int status, Reply reply) {
        PartFailure failure = status == NOT_FOUND
                ? plan.failure(ErrorType.NOT_FOUND, status, ErrorType.NOT_FOUND.words())
                : plan.failure(ErrorType.STATUS, status, "the downstream answered with status " + status);
        if (status != NOT_FOUND) failedCall.accept(failure, failure.detail());
        if (plan.passesProblem) failure = failure.with(PassedProblem.of(reply.body()));
        Integer mapped = config.failure().statuses().get(status);
        return new Missing(mapped == null ? failure : failure.with(needed(mapped, reply)));
    }

    /// Returns the headers of the reply without which the client's status says too little.
    private static Map<String, String> needed(int status, Reply reply) {
        Map<String, String> needed = new HashMap<>(reply.headers());
        needed.keySet().retainAll(HeaderPolicy.neededBy(status));
        if (RetryAfter.of(reply) == null) needed.remove(RetryAfter.HEADER);
        return needed;
    }

    private Present shaped(Reply reply, boolean element) throws UnusableValueException {
        JsonNode body = plan.whole ? reply.body() : SplicedJson.tree(reply.body());
        JsonNode value = plan.shape.target(body);
        JsonNode shown = plan.shape.shown(value);
        return new Present(value, element ? shown : plan.shape.flat(shown), wanted(reply), reply.freshness(),
                null);
    }

    /// Returns the headers for the client. A reply may have others, such as `Retry-After`, which are for the
    /// guards.
    private Map<String, String> wanted(Reply reply) {
        if (config.responseHeaders().isEmpty() && config.setCookies().isEmpty()) return Map.of();
        Map<String, String> wanted = new HashMap<>(reply.headers());
        wanted.keySet().retainAll(config.responseHeaders());
        String cookies = SetCookies.chosen(reply.headers().get(SetCookies.NAME), config.setCookies());
        if (cookies != null) wanted.put(SetCookies.NAME, cookies);
        return wanted;
    }

    /// Returns the result that replaces a missing part: a fixed value, the last good answer, or the same
    /// result.
    PartResult standIn(PartResult missing) {
        PartFailure failure = missing.failure();
        if (failure == null) return missing;
        JsonNode fallback = config.failure().fallback();
        if (config.failure().onFailure() == OnFailure.FALLBACK && fallback != null) {
            return plan.present(fallback).with(failure.with(Instead.FALLBACK));
        }
        return config.failure().onFailure() == OnFailure.STALE ? stale(missing, failure) : missing;
    }

    private PartResult stale(PartResult missing, PartFailure failure) {
        Call made = call;
        PartPlan.Source source = plan.source;
        if (made == null || source == null) return missing;
        Reply kept = source.downstream().stale(made);
        if (kept == null) return missing;
        try {
            return shaped(kept, false).with(failure.with(Instead.STALE));
        } catch (UnusableValueException e) {
            return missing;
        }
    }

    private Missing missing(ErrorType type, @Nullable Integer status, String detail) {
        return new Missing(plan.failure(type, status, detail));
    }

    /// Returns the time since the call began, in nanoseconds; 0 if there was no call.
    long nanosSinceAsked() {
        return asked ? Scheduler.current().nanoTime() - askedAt : 0;
    }
}
