package dev.structured.service.guard;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.combine.Budget;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.guard.GuardObserver.Attempt;
import dev.structured.service.guard.GuardObserver.Suppressed;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A downstream that is asked again: after a failure, and beside an attempt that is late.
///
/// ```
///   attempt 1 ────────── late ──▶ attempt 2 (hedge)          the first usable answer stops the other
///       └── failed, alone ──▶ pause ──▶ attempt 2 (retry)    a retry is never hedged
/// ```
///
/// Both pay from one [Budget], so however bad it gets the downstream receives no more than its share of extra calls.
/// Only what may be sent twice is. Combine's hedge does not fit: it takes a failure for a reason to ask at once again,
/// which is what a downstream that refuses work needs least. Thread-safe.
final class RetryingDownstream implements Downstream {
    private final String name;
    private final Downstream inner;
    private final @Nullable RetryConfig retry;
    private final @Nullable HedgeConfig hedge;
    private final DownstreamState state;
    private final GuardObserver observer;

    RetryingDownstream(String name, Downstream inner, @Nullable RetryConfig retry, @Nullable HedgeConfig hedge,
            DownstreamState state, GuardObserver observer) {
        this.name = name;
        this.inner = inner;
        this.retry = retry;
        this.hedge = hedge;
        this.state = state;
        this.observer = observer;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        state.extra.deposit();
        Attempted last = first(call);
        for (int tries = 1;; tries++) {
            Duration pause = pauseAfter(last.ending(), call, tries);
            if (pause == null) return last.ending().orThrow();
            pay(pause);
            last = again(call, last.sent() + 1);
        }
    }

    /// What a call has come to after so many were sent.
    record Attempted(AttemptResult ending, int sent) {}

    private Attempted first(Call call) throws InterruptedException {
        if (hedge == null || !call.mayHedge()) return new Attempted(send(call, Attempt.FIRST), 1);
        Duration delay = delay(hedge.after());
        if (delay == null || delay.compareTo(Checkpoints.remaining()) >= 0) {
            return new Attempted(timed(call), 1);
        }
        return new HedgedAttempts(this, call, delay, hedge.attempts()).run();
    }

    private Attempted again(Call call, int number) throws InterruptedException {
        AttemptResult ending = CancelScope.create(title(number, Attempt.RETRY))
                .call(() -> send(call, Attempt.RETRY))
                .orElseThrow();
        return new Attempted(ending, number);
    }

    static String title(int number, Attempt attempt) {
        return "attempt " + number + " (" + attempt.label() + ")";
    }

    /* --- One attempt --- */

    AttemptResult send(Call call, Attempt attempt) throws InterruptedException {
        Stopwatch watch = Stopwatch.start();
        AttemptResult ending = null;
        try {
            ending = AttemptResult.of(inner, call);
            return ending;
        } finally {
            observer.attemptEnded(name, attempt, ending == null ? stopped(watch) : ending.outcome());
        }
    }

    private static String stopped(Stopwatch watch) {
        if (watch.isOutOfTime()) return ErrorType.TIMEOUT.label();
        return Checkpoints.isCancelled() ? "cancelled" : "error";
    }

    /// Makes a first attempt that tells how late one is. If it is stopped it would have taken longer still, so that counts
    /// too: without those the percentile would fall with every hedge that wins.
    AttemptResult timed(Call call) throws InterruptedException {
        RecentLatencies latencies = state.latencies;
        Stopwatch watch = Stopwatch.start();
        boolean tells = true;
        try {
            AttemptResult ending = send(call, Attempt.FIRST);
            tells = ending.isFinal();
            return ending;
        } finally {
            if (tells && latencies != null) latencies.add(watch.elapsed());
        }
    }

    /// Returns when a hedge is due; null while that is not known.
    private @Nullable Duration delay(HedgeDelay after) {
        if (after instanceof HedgeDelay.After(Duration time)) return time;
        long nanos = state.latencies == null ? -1 : state.latencies.value();
        return nanos < 0 ? null : Duration.ofNanos(nanos);
    }

    /* --- May there be another? --- */

    /// Asks for a hedge, which is then paid for.
    boolean mayHedge() {
        if (Checkpoints.remaining().compareTo(state.usual()) <= 0) return suppressed(Suppressed.NO_TIME);
        return state.extra.tryWithdraw() || suppressed(Suppressed.BUDGET);
    }

    void refund() {
        state.extra.refund();
    }

    void hedgeWon() {
        observer.hedgeWon(name);
    }

    /// Returns the pause before a retry, which is then paid for; null if there is none.
    ///
    /// @param tries how many attempts have failed, not counting hedges
    private @Nullable Duration pauseAfter(AttemptResult ending, Call call, int tries) {
        if (retry == null || !isWorthIt(ending, retry)) return null;
        if (tries >= retry.attempts()) return null;
        Duration asked = ending instanceof AttemptResult.Answered(Reply reply) ? RetryAfter.of(reply) : null;
        Duration pause = pause(retry, tries, state.random);
        if (asked != null) pause = pause.plus(asked);
        Suppressed why = reason(call, asked, pause);
        if (why == null) return pause;
        suppressed(why);
        return null;
    }

    private @Nullable Suppressed reason(Call call, @Nullable Duration asked, Duration pause) {
        if (!call.mayRetry()) return Suppressed.NOT_REPEATABLE;
        if (RetryAfter.UNTOLD.equals(asked)) return Suppressed.RETRY_AFTER;
        if (pause.plus(state.usual()).compareTo(Checkpoints.remaining()) >= 0) {
            return asked == null ? Suppressed.NO_TIME : Suppressed.RETRY_AFTER;
        }
        return state.extra.tryWithdraw() ? null : Suppressed.BUDGET;
    }

    private boolean suppressed(Suppressed why) {
        observer.extraSuppressed(name, why);
        return false;
    }

    /// A name that is not resolved stays so for longer than any pause here: the JVM remembers it.
    private static boolean isWorthIt(AttemptResult ending, RetryConfig retry) {
        return switch (ending) {
            case AttemptResult.Answered(Reply reply) -> retry.statuses().contains(reply.status());
            case AttemptResult.Failed(DownstreamException error) -> switch (error.type()) {
                case CONNECT_REFUSED, CONNECT_TIMEOUT, RESET, INCOMPLETE -> true;
                default -> false;
            };
        };
    }

    /// Returns a random pause up to `min(cap, base × 2ⁿ⁻¹)`: full jitter, so that calls that failed together do not come
    /// back together.
    private static Duration pause(RetryConfig retry, int tries, RandomGenerator random) {
        long most = retry.base().toNanos() << Math.min(tries - 1, 16);
        return Duration.ofNanos(random.nextLong(Math.min(most, retry.cap().toNanos()) + 1));
    }

    private void pay(Duration pause) {
        boolean slept = false;
        try {
            Checkpoints.sleep(pause);
            slept = true;
        } finally {
            if (!slept) state.extra.refund();
        }
    }
}
