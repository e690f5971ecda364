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
import java.util.function.Consumer;

/// The calls to one downstream that are in flight, so that equal calls can share their answers. Thread-safe.
///
/// ```
///              first waiter                                     reply or failure: all waiters get it
///   (nothing) ─────────────▶ IN FLIGHT ─────────────────────────────────────────────▶ ENDED
///                              ↺ others come and go  │                                  ▲
///                                                    │ the last one leaves              │
///                                                    └──────────▶ DESERTED ─────────────┘
///                                                       being cancelled; the last waiter waits for its end
/// ```
///
/// Invariants, all under the lock:
/// 1. The table holds exactly the calls that are IN FLIGHT. No waiter joins a call that is DESERTED or has
///    ENDED; the next equal call is a new one.
/// 2. A call that is IN FLIGHT has a waiter, so a call never outlives its last waiter.
/// 3. A waiter's wait is decided once: when its call ENDS, or when the waiter leaves.
///
/// The call's deadline is the latest of the waiters' deadlines so far. The downstream is told the deadline
/// when the call is sent, so a waiter that joins later can only extend the deadline of attempts still to be
/// sent.
final class CallsInFlight {
    private final SharedCalls place;
    private final Object lock = new Object();
    private final Map<CallKey, SharedCall> table = new HashMap<>();

    CallsInFlight(SharedCalls place) {
        this.place = place;
    }

    /// Waits for the answer to a call; makes the call unless an equal one is in flight. **Checkpoint.**
    ///
    /// @param inner makes the call if no equal one is in flight
    /// @param joined run if an equal call is in flight, with that call
    End await(Call call, CallKey key, Downstream inner, Consumer<Call> joined) {
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

    private Waiter enter(Call call, CallKey key, Downstream inner, Consumer<Call> joined) {
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
            joined.accept(waiter.call().made());
        return waiter;
    }

    /// Sets the call's deadline to the latest one. If several tasks do this at once, the last write is the
    /// right one.
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

    /// Returns the number of calls in flight.
    int size() {
        synchronized (lock) {
            return table.size();
        }
    }

    @Override
    public String toString() {
        return "CallsInFlight[" + size() + "]";
    }
}
