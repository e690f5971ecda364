package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Wait;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.guard.SharedCall.End;
import dev.structured.service.guard.SharedCall.Waiter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The calls to one downstream that are under way, so that equal calls can share them. Thread-safe.
///
/// ```
///              first waiter                                     reply or failure: all waiters have it
///   (nothing) ─────────────▶ UNDER WAY ─────────────────────────────────────────────▶ ENDED
///                              ↺ others come and go  │                                  ▲
///                                                    │ the last one goes                │
///                                                    └──────────▶ DESERTED ─────────────┘
///                                                       is being cancelled; the last one waits for its end
/// ```
///
/// Invariants, all under the lock:
/// 1. The table holds the calls that are UNDER WAY and no others: nobody joins a call that is DESERTED or has
///    ENDED; the next equal call is a new one.
/// 2. A call that is UNDER WAY has a waiter, so a call never outlives its last waiter.
/// 3. A waiter's wait is decided when its call ENDS or the waiter leaves, whichever is first, by the wait's
///    own decision.
///
/// The call's deadline, which the downstream is told too, is the latest of the waiters' deadlines so far. A
/// waiter that joins while the call is under way can extend the time for what is still to be sent, not for
/// what has been sent.
final class CallsUnderWay {
    private final SharedCalls place;
    private final Object lock = new Object();
    private final Map<CallKey, SharedCall> table = new HashMap<>();

    CallsUnderWay(SharedCalls place) {
        this.place = place;
    }

    /// Waits for the answer to a call: a new call, unless an equal one is under way. **Checkpoint.**
    ///
    /// @param inner makes the call if it is new
    /// @param joined run if an equal call is under way
    End await(Call call, CallKey key, Downstream inner, Runnable joined) {
        Checkpoints.quickCheckpoint();
        Waiter waiter = enter(call, key, inner, joined);
        boolean decided = false;
        try {
            End end = waiter.await();
            decided = true;
            return end;
        } finally {
            if (!decided) leave(waiter);
        }
    }

    private Waiter enter(Call call, CallKey key, Downstream inner, Runnable joined) {
        Deadline deadline = Checkpoints.effectiveDeadline();
        Wait<End> wait = Wait.cancellable("shared call " + call.template());
        Waiter waiter;
        boolean isNew;
        boolean later;
        synchronized (lock) {
            SharedCall there = table.get(key);
            isNew = there == null;
            SharedCall shared = there == null ? new SharedCall(this, key, inner, call) : there;
            if (isNew) table.put(key, shared);
            waiter = shared.join(wait);
            later = shared.extendTo(deadline);
        }
        if (later) moveDeadline(waiter.call());
        if (isNew) place.start(waiter.call());
        else
            joined.run();
        return waiter;
    }

    /// Sets the call's deadline to the latest one. Of several tasks that do this at once the last one sets
    /// the right one.
    private void moveDeadline(SharedCall shared) {
        Deadline latest;
        boolean right;
        do {
            synchronized (lock) {
                latest = shared.latestDeadline();
            }
            shared.moveDeadline(latest);
            synchronized (lock) {
                right = latest.equals(shared.latestDeadline());
            }
        } while (!right);
    }

    /// Removes a waiter whose task is cancelled. The last one cancels the call and waits for its end.
    private void leave(Waiter waiter) {
        SharedCall shared = waiter.call();
        Wait<End> ending;
        synchronized (lock) {
            ending = shared.leave(waiter);
            if (ending != null) table.remove(shared.key(), shared);
        }
        if (ending == null) return;
        shared.cancel();
        ending.await();
    }

    /// Notes that the call has ended or will not be made, and wakes its waiters.
    void ended(SharedCall shared, End how) {
        List<Wait<End>> decided;
        synchronized (lock) {
            table.remove(shared.key(), shared);
            decided = shared.end(how);
        }
        decided.forEach(Wait::wake);
    }

    /// Returns how many calls are under way.
    int size() {
        synchronized (lock) {
            return table.size();
        }
    }

    @Override
    public String toString() {
        return "CallsUnderWay[" + size() + "]";
    }
}
