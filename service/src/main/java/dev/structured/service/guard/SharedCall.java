package dev.structured.service.guard;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call with several waiters.
///
/// The waiters and the end are guarded by the lock of its [CallsInFlight]. The methods under "Under the lock"
/// are called with it held, all others without.
final class SharedCall {
    /// The ways in which a call ends.
    sealed interface End {
        /// There is a reply.
        record Answered(Reply reply) implements End {}

        /// The call failed.
        record Failed(Throwable why) implements End {}

        /// The call was cancelled: its last waiter had left, or the latest deadline had passed.
        record Stopped() implements End {}

        /// Shared calls are no longer made: each waiter calls by itself.
        record Refused() implements End {}
    }

    /// A task that waits for the call.
    static final class Waiter extends WaitQueue.Entry {
        private final SharedCall call;
        private final Wait<End> wait;

        private Waiter(SharedCall call, Wait<End> wait) {
            this.call = call;
            this.wait = wait;
        }

        /// Returns the call's end. **Checkpoint.**
        End await() {
            return wait.await();
        }

        SharedCall call() {
            return call;
        }
    }

    private final CallsInFlight among;
    private final CallKey key;
    private final Downstream inner;
    private final Call call;
    private final CancelScope scope = new CancelScope("shared call");

    /// All guarded by the lock of `among`.
    private final WaitQueue<Waiter> waiters = new WaitQueue<>();
    private Deadline latestDeadline = Deadline.PASSED;
    private @Nullable End end;
    /// The wait for the end, of the waiter that left last.
    private @Nullable Wait<End> lastToLeave;

    SharedCall(CallsInFlight among, CallKey key, Downstream inner, Call call) {
        this.among = among;
        this.key = key;
        this.inner = inner;
        this.call = call;
    }

    /// Returns the call as it is made: that of the first waiter.
    Call made() {
        return call;
    }

    CallKey key() {
        return key;
    }

    /* --- Under the lock --- */

    /// Adds a waiter.
    Waiter join(Wait<End> wait) {
        Waiter waiter = new Waiter(this, wait);
        waiters.add(waiter);
        return waiter;
    }

    /// Extends the call's deadline, if this one is later.
    ///
    /// @return true if [#moveDeadline] is to be called, without the lock
    boolean extendTo(Deadline deadline) {
        if (!deadline.isAfter(latestDeadline)) return false;
        latestDeadline = deadline;
        return true;
    }

    Deadline latestDeadline() {
        return latestDeadline;
    }

    /// Removes a waiter that was cancelled.
    ///
    /// @return the wait for the call's end if it was the last one, so that the call is to be
    ///     [cancelled][#cancel]; null if others wait, or the call has ended
    @Nullable
    Wait<End> leave(Waiter waiter) {
        waiters.remove(waiter);
        if (end != null || !waiters.isEmpty()) return null;
        lastToLeave = Wait.uncancellable("the end of " + this);
        return lastToLeave;
    }

    /// Records the end.
    ///
    /// @return the waits that this decided; to be woken without the lock
    List<Wait<End>> end(End how) {
        end = how;
        List<Wait<End>> decided = new ArrayList<>();
        for (Waiter each = waiters.poll(); each != null; each = waiters.poll()) {
            if (each.wait.decide(how)) decided.add(each.wait);
        }
        if (lastToLeave != null && lastToLeave.decide(how)) decided.add(lastToLeave);
        return decided;
    }

    /* --- Without the lock --- */

    /// Sets the deadline of the call. The lock is not held, because a deadline that has passed wakes tasks.
    void moveDeadline(Deadline deadline) {
        scope.setDeadline(deadline);
    }

    /// Cancels the call after its last waiter has left.
    void cancel() {
        scope.cancel("its last waiter has left");
    }

    /// Makes the call and tells all waiters. Runs in a task of its own.
    void perform() throws Exception {
        if (call.requestId() != null) Task.current().note("request", call.requestId());
        End how = new End.Refused();
        try {
            ScopeResult<Reply> result = scope.call(() -> {
                Checkpoints.checkCancelled();
                return inner.call(call);
            });
            how = result instanceof ScopeResult.Completed<Reply>(Reply reply)
                    ? new End.Answered(reply)
                    : new End.Stopped();
        } catch (Throwable thrown) {
            if (isCancellation(thrown)) throw thrown;
            how = new End.Failed(thrown); // an Error too: it concerns the waiters, not all other calls
        } finally {
            among.ended(this, how);
        }
    }

    /// Returns true if it is the cancellation of the running task, and not a failure of the call.
    static boolean isCancellation(Throwable thrown) {
        boolean shape = thrown instanceof Cancelled || thrown instanceof InterruptedException;
        return shape && Checkpoints.isCancelled();
    }

    /// Tells all waiters that the call will not be made.
    void refuse() {
        among.ended(this, new End.Refused());
    }

    @Override
    public String toString() {
        return "shared call " + call.template();
    }
}
