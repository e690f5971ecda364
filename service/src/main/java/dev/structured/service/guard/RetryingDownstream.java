package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.core.combine.AllFailedException;
import dev.structured.core.combine.AttemptObserver.Refusal;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.HedgePolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.guard.GuardObserver.Attempt;
import dev.structured.service.guard.GuardObserver.Suppressed;
import dev.structured.service.record.AttemptRecorder;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A downstream that is called again: after an attempt that failed, and beside an attempt that is late.
///
/// ```
///   attempt 1 ────────── late ──▶ attempt 2 (hedge)          the first usable answer stops the other
///       └── failed, alone ──▶ pause ──▶ attempt 2 (retry)    a retry is never hedged
/// ```
///
/// [Combine#retry] and [Combine#hedge] make the attempts. Both pay from one budget, so the downstream never
/// receives more than its share of extra calls. A failed attempt starts no hedge, because a downstream that
/// refuses work should not get more of it. Calls that must not be sent twice are sent once. Thread-safe.
final class RetryingDownstream implements Downstream {
    private final String name;
    private final Downstream inner;
    private final @Nullable RetryConfig retry;
    private final @Nullable RetryPolicy retryPolicy;
    private final @Nullable HedgeConfig hedge;
    private final DownstreamState state;
    private final GuardObserver observer;

    RetryingDownstream(String name, Downstream inner, @Nullable RetryConfig retry,
            @Nullable HedgeConfig hedge, DownstreamState state, GuardObserver observer) {
        this.name = name;
        this.inner = inner;
        this.retry = retry;
        this.hedge = hedge;
        this.state = state;
        this.observer = observer;
        this.retryPolicy = retry == null ? null : policy(retry); // last: it uses the rest
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        state.extra.budget().deposit();
        Passage passage = call.passage();
        if (passage == null || retry == null || !call.mayRetry()) return called(call, null);
        HeldPassage held = new HeldPassage(passage, retry);
        Reply reply = called(call.with(held), held);
        held.end();
        return reply;
    }

    private Reply called(Call call, @Nullable HeldPassage held)
            throws DownstreamException, InterruptedException {
        Calling calling = new Calling(call, held);
        AttemptResult result;
        try {
            result = retryPolicy == null ? first(calling) : retried(calling, retryPolicy);
        } catch (FailedAttempt failed) {
            result = failed.result;
        } finally {
            // The call was cancelled before its first attempt. It counts as one, because the budget has its
            // deposit.
            if (!calling.begun) observer.attemptEnded(name, Attempt.FIRST, stopped(calling.watch));
        }
        return result.orThrow();
    }

    /// A call on its way through here.
    private static final class Calling {
        final Call call;
        /// Holds the answer back; null for a call that is not passed on.
        final @Nullable HeldPassage held;
        final Stopwatch watch = Stopwatch.start();
        /// Whether the first attempt has begun. It runs on the caller's task.
        boolean begun;

        Calling(Call call, @Nullable HeldPassage held) {
            this.call = call.tracked();
            this.held = held;
        }
    }

    /* --- Retries --- */

    private RetryPolicy policy(RetryConfig config) {
        return RetryPolicy.of(config.attempts(), config.base(), config.cap())
                .withRandom(state.extra.random())
                .withPause((failure, backoff) -> pause((FailedAttempt) failure, backoff))
                .withBudget(state.extra.budget())
                .withoutDeposit()
                .withReserve(state::typicalLatency)
                .withObserver((why, failure) -> suppressed(reason(why, failure)))
                .retryIf(FailedAttempt.class::isInstance);
    }

    /// @throws FailedAttempt if the last attempt was worth a retry, and no retry is left
    private AttemptResult retried(Calling calling, RetryPolicy policy) throws InterruptedException {
        return Combine.<AttemptResult, InterruptedException>retry(policy, number -> {
            if (calling.held != null) calling.held.attempt(number);
            AttemptResult result = number == 1 ? first(calling) : again(calling, Attempt.RETRY, number);
            if (isWorthRetrying(result)) throw new FailedAttempt(calling.call, result);
            return result;
        });
    }

    /// Returns true if another attempt may succeed. A name that was not found is not tried again: the JVM
    /// remembers that for a second, and most pauses are shorter.
    private boolean isWorthRetrying(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Answered(Reply reply) ->
                retry != null && retry.statuses().contains(reply.status());
            case AttemptResult.Failed(DownstreamException error) -> switch (error.type()) {
                case CONNECT_REFUSED, CONNECT_TIMEOUT, RESET, INCOMPLETE -> true;
                default -> false;
            };
        };
    }

    /// Returns the pause before a retry: the time that the downstream asks for, and a random backoff, so that
    /// calls that failed together do not come back together; null if there is to be no retry.
    private @Nullable Duration pause(FailedAttempt failed, Duration backoff) {
        Passage passage = failed.call.passage();
        if (!failed.call.mayRetry() || (passage != null && passage.hasPassed()))
            return none(Suppressed.NOT_REPEATABLE);
        if (state.load.isShort()) return none(Suppressed.OVERLOAD);
        Duration asked = failed.retryAfter();
        return asked == null ? backoff : backoff.plus(asked);
    }

    private @Nullable Duration none(Suppressed why) {
        suppressed(why);
        return null;
    }

    private static Suppressed reason(Refusal why, @Nullable Exception failure) {
        if (why == Refusal.BUDGET) return Suppressed.BUDGET;
        boolean asked = failure instanceof FailedAttempt failed && failed.retryAfter() != null;
        return asked ? Suppressed.RETRY_AFTER : Suppressed.NO_TIME;
    }

    private void suppressed(Suppressed why) {
        observer.extraSuppressed(name, why);
    }

    /* --- Hedges --- */

    private AttemptResult first(Calling calling) throws InterruptedException {
        if (hedge == null || !calling.call.mayHedge()) return sendFirst(calling);
        if (state.load.isShort()) return timed(calling);
        Duration delay = delay(hedge.after());
        if (delay == null || delay.compareTo(Checkpoints.remaining()) >= 0) return timed(calling);
        return hedged(calling, hedgePolicy(hedge.attempts(), delay));
    }

    /// Returns the time after which an attempt is late; null while that is not known.
    private @Nullable Duration delay(HedgeDelay after) {
        if (after instanceof HedgeDelay.After(Duration time)) return time;
        RecentLatencies latencies = state.extra.latencies();
        long nanos = latencies == null ? -1 : latencies.value();
        return nanos < 0 ? null : Duration.ofNanos(nanos);
    }

    private HedgePolicy hedgePolicy(int attempts, Duration delay) {
        return HedgePolicy.of(attempts, delay)
                .stoppingOnFailure()
                .withBudget(state.extra.budget())
                .withoutDeposit()
                .withReserve(state::typicalLatency)
                .withObserver((why, _) -> suppressed(reason(why, null)));
    }

    private record Numbered(int number, AttemptResult result) {}

    private AttemptResult hedged(Calling calling, HedgePolicy policy) {
        Queue<RuntimeException> bugs = new ConcurrentLinkedQueue<>();
        AttemptResult result;
        try {
            Numbered won = Combine.hedge(policy, number -> attempt(calling, number, bugs));
            if (won.number > 1) observer.hedgeWon(name);
            result = won.result;
        } catch (AllFailedException all) {
            if (!(all.failures().getLast() instanceof FailedAttempt last)) throw all; // it shows the bugs
            result = last.result;
        }
        bugs.forEach(bug -> observer.bugHidden(name, bug));
        return result;
    }

    private Numbered attempt(Calling calling, int number, Queue<RuntimeException> bugs)
            throws InterruptedException {
        AttemptResult result;
        try {
            result = number == 1 ? timed(calling) : again(calling, Attempt.HEDGE, number);
        } catch (RuntimeException bug) {
            bugs.add(bug);
            throw bug;
        }
        if (!result.isFinal()) throw new FailedAttempt(calling.call, result);
        return new Numbered(number, result);
    }

    /* --- One attempt --- */

    private AttemptResult sendFirst(Calling calling) throws InterruptedException {
        calling.begun = true;
        return send(calling.call, Attempt.FIRST);
    }

    /// Makes another attempt, which the task tree shows: a hedge on a task of its own, a retry on the
    /// caller's.
    private AttemptResult again(Calling calling, Attempt attempt, int number) throws InterruptedException {
        String request = calling.call.requestId();
        if (attempt == Attempt.HEDGE && request != null) Task.current().note("request", request);
        Task.current().note("attempt", Integer.toString(number));
        AttemptRecorder first = calling.call.attempt();
        if (first == null) return send(calling.call, attempt);
        AttemptRecorder.Kind kind = attempt == Attempt.HEDGE
                ? AttemptRecorder.Kind.HEDGE
                : AttemptRecorder.Kind.RETRY;
        return send(calling.call.recordedBy(first.another(kind)), attempt);
    }

    private AttemptResult send(Call call, Attempt attempt) throws InterruptedException {
        Stopwatch watch = Stopwatch.start();
        AttemptResult result = null;
        try {
            result = AttemptResult.of(inner, call);
            return result;
        } finally {
            String outcome = result == null ? stopped(watch) : result.outcome(call);
            observer.attemptEnded(name, attempt, outcome);
            AttemptRecorder recorder = call.attempt();
            if (recorder != null) recorder.ended(0, failure(result));
        }
    }

    private static @Nullable String failure(@Nullable AttemptResult result) {
        return switch (result) {
            case null -> "cancelled";
            case AttemptResult.Answered _ -> null;
            case AttemptResult.Failed(DownstreamException error) -> error.type().label();
        };
    }

    private static String stopped(Stopwatch watch) {
        if (watch.isOutOfTime()) return ErrorType.TIMEOUT.label();
        return Checkpoints.isCancelled() ? "cancelled" : "error";
    }

    /// Makes a first attempt and adds its latency to the recent ones. An attempt that is stopped would have
    /// taken even longer, so it counts too: without those the percentile would fall with every hedge that
    /// wins.
    private AttemptResult timed(Calling calling) throws InterruptedException {
        RecentLatencies latencies = state.extra.latencies();
        Stopwatch watch = Stopwatch.start();
        boolean counts = true;
        try {
            AttemptResult result = sendFirst(calling);
            counts = result.isFinal();
            return result;
        } finally {
            if (counts && latencies != null) latencies.add(watch.elapsed());
        }
    }
}
