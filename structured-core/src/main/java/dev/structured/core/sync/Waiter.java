package dev.structured.core.sync;

import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A task's place in a queue, and the wait that wakes the task. Guarded, like the queue, by the primitive's
/// lock.
class Waiter extends WaitQueue.Entry {
    /// The wait, which is completed with this place.
    final Wait<Waiter> wait;
    /// The next one of those that are [Woken].
    @Nullable
    Waiter following;

    Waiter(Wait<Waiter> wait) {
        this.wait = wait;
    }

    /// Takes out entries from the front, up to the first that has not been cancelled, and decides its wait.
    /// The caller then [wakes][Wait#wake()] that one after releasing the lock; the task may run on before
    /// that.
    ///
    /// @return null if no task is left waiting
    static <W extends Waiter> @Nullable W next(WaitQueue<W> queue) {
        for (W first = queue.poll(); first != null; first = queue.poll()) {
            if (first.wait.decide(first)) return first;
        }
        return null;
    }

    static void wake(@Nullable Waiter waiter) {
        if (waiter != null) waiter.wait.wake();
    }
}
