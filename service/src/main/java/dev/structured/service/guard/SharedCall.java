package dev.structured.service.guard;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.ScopeResult;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import org.jspecify.annotations.Nullable;

/// One call that several wait for. What may change of it is guarded by the lock of its [CallsUnderWay].
final class SharedCall {
    /// How it ended.
    sealed interface End {
        /// There is a reply.
        record Answered(Reply reply) implements End {}

        /// The call failed.
        record Failed(Throwable why) implements End {}

        /// It was cancelled on its own: nobody waited any more, or the latest deadline had passed.
        record Stopped() implements End {}

        /// There is no place for shared calls any more.
        record Refused() implements End {}
    }

    /// One that waits for it.
    static final class Waiter extends WaitQueue.Entry {
        final SharedCall call;
        final Wait<End> wait;

        Waiter(SharedCall call, Wait<End> wait) {
            this.call = call;
            this.wait = wait;
        }
    }

    private final CallsUnderWay among;
    final CallKey key;
    private final Downstream inner;
    private final Call call;
    final CancelScope scope = CancelScope.create("shared call");

    /// All guarded by the lock of `among`.
    final WaitQueue<Waiter> waiters = new WaitQueue<>();
    long latestDeadline = Long.MIN_VALUE;
    @Nullable
    End end;
    /// The wait of the one that left last, for the end.
    @Nullable
    Wait<End> lastToLeave;

    SharedCall(CallsUnderWay among, CallKey key, Downstream inner, Call call) {
        this.among = among;
        this.key = key;
        this.inner = inner;
        this.call = call;
    }

    /// Makes the call, and tells all that wait. In a task of its own.
    void perform() throws Exception {
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
            how = new End.Failed(thrown); // also an Error: it is the waiters' affair, not that of all other calls
        } finally {
            among.ended(this, how);
        }
    }

    private static boolean isCancellation(Throwable thrown) {
        boolean shape = thrown instanceof Cancelled || thrown instanceof InterruptedException;
        return shape && Checkpoints.isCancelled();
    }

    /// It will not be made.
    void refuse() {
        among.ended(this, new End.Refused());
    }

    @Override
    public String toString() {
        return "shared call " + call.template();
    }
}
