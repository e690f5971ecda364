package dev.structured.service.guard;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.ScopeResult;
import dev.structured.core.ValueBody;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.GuardObserver.Refresh;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Asks again for the kept answers of one downstream, in the background, for one generation of the
/// configuration.
///
/// A refresh belongs to no request: it is a task of the nursery of [SharedCalls], with a deadline of its own.
/// There is one at most for each answer, and no more than [#MOST] of a downstream; a downstream that has
/// enough to do gets none. [#close] stops them all. Thread-safe.
final class Refreshes {
    /// The most refreshes of one downstream at once.
    static final int MOST = 16;
    /// The longest time of a refresh; it is shorter where the answer may no longer be given before that.
    static final Duration LONGEST = Duration.ofSeconds(10);
    /// How long an answer is left alone after a refresh that failed.
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final String downstream;
    private final SharedCalls place;
    private final KeptAnswers kept;
    private final BooleanSupplier busy;
    private final GuardObserver observer;

    private final Object lock = new Object();
    /// Both guarded by the lock.
    private final Set<CancelScope> inFlight = new HashSet<>();
    private boolean closed;

    /// @param busy returns true while the downstream has enough to do
    Refreshes(String downstream, SharedCalls place, KeptAnswers kept, BooleanSupplier busy,
            GuardObserver observer) {
        this.downstream = downstream;
        this.place = place;
        this.kept = kept;
        this.busy = busy;
        this.observer = observer;
    }

    /// Has a kept answer asked for soon, unless that is in flight. Does not block.
    ///
    /// @param answer the answer, which is given meanwhile
    /// @param ask makes the call, and keeps its answer
    void start(CallKey key, KeptAnswer answer, ValueBody<Reply, ?> ask) {
        if (kept.isRefreshed(key)) return;
        if (busy.getAsBoolean() || !kept.beginRefresh(key, MOST)) {
            if (!kept.isRefreshed(key)) observer.refreshed(downstream, Refresh.DROPPED);
            return;
        }
        long left = Math.max(1, answer.refreshedUntil() - kept.now());
        Duration time = Duration.ofNanos(Math.min(left, LONGEST.toNanos()));
        CancelScope scope = new CancelScope("refresh").withTimeout(time);
        boolean open;
        synchronized (lock) {
            open = !closed && inFlight.add(scope);
        }
        if (open) {
            place.start("refresh " + downstream, () -> perform(key, answer, scope, ask),
                    () -> ended(key, scope, Refresh.DROPPED));
        } else {
            ended(key, scope, Refresh.DROPPED);
        }
    }

    private void perform(CallKey key, KeptAnswer answer, CancelScope scope, ValueBody<Reply, ?> ask)
            throws Exception {
        Refresh how = Refresh.STOPPED;
        try {
            how = asked(scope, ask);
        } catch (Throwable thrown) {
            if (SharedCall.isCancellation(thrown)) throw thrown;
            how = Refresh.FAILED; // an Error too: it concerns this answer, not the service
            if (!(thrown instanceof DownstreamException)) {
                observer.bugHidden(downstream, new IllegalStateException("A refresh has a bug", thrown));
            }
        } finally {
            if (how == Refresh.FAILED || how == Refresh.TIMEOUT) {
                kept.replace(key, answer, answer.notBefore(kept.now() + PAUSE.toNanos()));
            }
            ended(key, scope, how);
        }
    }

    private static Refresh asked(CancelScope scope, ValueBody<Reply, ?> ask) throws Exception {
        ScopeResult<Reply> result = scope.call(() -> {
            Checkpoints.checkCancelled();
            return ask.call();
        });
        return switch (result) {
            case ScopeResult.Completed<Reply>(Reply reply) ->
                new AttemptResult.Answered(reply).isFinal() ? Refresh.DONE : Refresh.FAILED;
            case ScopeResult.Cancelled<Reply>(CancelReason reason) ->
                reason.source() == CancelReason.Source.DEADLINE ? Refresh.TIMEOUT : Refresh.STOPPED;
        };
    }

    private void ended(CallKey key, CancelScope scope, Refresh how) {
        synchronized (lock) {
            inFlight.remove(scope);
        }
        kept.endRefresh(key);
        observer.refreshed(downstream, how);
    }

    /// Returns the number of refreshes in flight.
    int size() {
        synchronized (lock) {
            return inFlight.size();
        }
    }

    /// Stops the refreshes in flight, and begins no more. Does not wait for their ends: the nursery does.
    void close() {
        Set<CancelScope> stopped;
        synchronized (lock) {
            closed = true;
            stopped = new HashSet<>(inFlight);
        }
        stopped.forEach(scope -> scope.cancel("its configuration is no longer served"));
    }
}
