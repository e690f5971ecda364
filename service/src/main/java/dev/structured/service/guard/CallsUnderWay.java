package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.guard.SharedCall.End;
import dev.structured.service.guard.SharedCall.Waiter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The calls to one downstream that are under way, for others to wait for too. Thread-safe.
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
/// 1. The table holds those UNDER WAY and no others: nobody comes to one that is DESERTED or ENDED; the next equal call
///    is a new one.
/// 2. One that is UNDER WAY has a waiter; so a call outlives its last waiter by nothing.
/// 3. A waiter's wait is decided when its call ENDS, or it leaves: whichever is first, by the wait's own decision.
///
/// The call's deadline, which the downstream is told too, is the latest of those that have come so far; a waiter that
/// comes while the call is under way can move it for what is still to be sent, not for what has been.
final class CallsUnderWay {
    private final SharedCalls place;
    private final Object lock = new Object();
    private final Map<CallKey, SharedCall> table = new HashMap<>();

    CallsUnderWay(SharedCalls place) {
        this.place = place;
    }

    /// Waits for the answer to a call: a new one, unless an equal one is under way. **Checkpoint.**
    ///
    /// @param inner makes it if it is new
    /// @param joined run if it is not
    End await(Call call, CallKey key, Downstream inner, Runnable joined) {
        Checkpoints.pass();
        Waiter waiter = enter(call, key, inner, joined);
        boolean decided = false;
        try {
            End end = waiter.wait.await();
            decided = true;
            return end;
        } finally {
            if (!decided) leave(waiter);
        }
    }

    private Waiter enter(Call call, CallKey key, Downstream inner, Runnable joined) {
        long deadline = Checkpoints.effectiveDeadline();
        Wait<End> wait = Wait.of("shared call " + call.template());
        SharedCall shared;
        Waiter waiter;
        boolean isNew;
        boolean later;
        synchronized (lock) {
            SharedCall there = table.get(key);
            isNew = there == null;
            shared = there == null ? new SharedCall(this, key, inner, call) : there;
            if (isNew) table.put(key, shared);
            waiter = new Waiter(shared, wait);
            shared.waiters.add(waiter);
            later = deadline > shared.latestDeadline;
            if (later) shared.latestDeadline = deadline;
        }
        if (later) moveDeadline(shared);
        if (isNew) place.start(shared);
        else
            joined.run();
        return waiter;
    }

    /* Not under the lock, since a deadline that has passed wakes tasks. Of several that do this the last one is right. */
    private void moveDeadline(SharedCall shared) {
        long latest;
        boolean right;
        do {
            synchronized (lock) {
                latest = shared.latestDeadline;
            }
            shared.scope.deadline(latest);
            synchronized (lock) {
                right = latest == shared.latestDeadline;
            }
        } while (!right);
    }

    /// The waiter's task is cancelled.
    private void leave(Waiter waiter) {
        SharedCall shared = waiter.call;
        Wait<End> ending = null;
        synchronized (lock) {
            shared.waiters.remove(waiter);
            if (shared.end == null && shared.waiters.isEmpty()) {
                table.remove(shared.key, shared);
                ending = Wait.uncancellable("the end of " + shared);
                shared.lastToLeave = ending;
            }
        }
        if (ending == null) return;
        shared.scope.cancel("nobody waits for it any more");
        ending.await();
    }

    /// The call has ended, or will not be made.
    void ended(SharedCall shared, End how) {
        List<Wait<End>> decided = new ArrayList<>();
        synchronized (lock) {
            table.remove(shared.key, shared);
            shared.end = how;
            for (Waiter each = shared.waiters.poll(); each != null; each = shared.waiters.poll()) {
                if (each.wait.decide(how)) decided.add(each.wait);
            }
            Wait<End> last = shared.lastToLeave;
            if (last != null && last.decide(how)) decided.add(last);
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
