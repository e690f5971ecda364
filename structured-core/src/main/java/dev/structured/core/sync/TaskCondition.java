package dev.structured.core.sync;

import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import dev.structured.core.sync.Ownership.Place;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Lets the owner of a [TaskLock] wait, without the lock, until another task has changed the state that the
/// lock guards.
///
/// ```java
/// lock.run(() -> {
///     baked.awaitUntil(() -> !bread.isEmpty());
///     eat(bread.remove());
/// });
///
/// lock.run(() -> {
///     bread.add(loaf);
///     baked.signal();
/// });
/// ```
///
/// A signal moves the task that has waited longest to the queue for the lock, which the signaller still has;
/// the task is not woken before it has the lock. If it is cancelled before that, the signal goes to the next
/// waiting task, so no signal is lost. So [#await()] either returns and has consumed a signal, or throws and
/// has not. In both cases the task has the lock again.
public final class TaskCondition {
    private final String label;
    private final TaskLock lock;
    /// Guarded by the lock's monitor.
    private final WaitQueue<Place> waiters = new WaitQueue<>();

    /// Makes a condition without a name.
    ///
    /// @param lock the lock that guards the state that tasks wait for
    public TaskCondition(TaskLock lock) {
        this(null, lock);
    }

    /// Makes a condition.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param lock the lock that guards the state that tasks wait for
    public TaskCondition(@Nullable String name, TaskLock lock) {
        label = name == null ? "a condition" : "condition '" + name + "'";
        this.lock = lock;
    }

    /// Releases the lock, waits for a signal, and acquires the lock again. **Checkpoint.**
    ///
    /// Call it in a loop that checks the state: before the task has the lock again, other tasks may have had
    /// it and changed the state.
    ///
    /// A cancellation during the wait is thrown only after the lock has been acquired again, however long
    /// another task has it. A cancellation before the lock is released is thrown at once.
    ///
    /// @throws BrokenException if a task ends during the wait without releasing the lock; no task has the
    ///     lock then, and no signal can come any more
    /// @throws IllegalStateException if the calling task does not have the lock
    public void await() {
        Task<?> me = Task.current();
        lock.requireMine(me, "wait for " + label + " of");
        Checkpoints.quickCheckpoint();
        lock.await(this, waiters);
    }

    /// Waits until `holds` returns true, as `while (!holds.getAsBoolean()) await();` does. **Checkpoint**,
    /// even if it returns true at once.
    ///
    /// If tasks wait at one condition for different states, use [#signalAll()]: a single signal may reach a
    /// task whose state has not come, and which then waits again.
    ///
    /// @param holds checks the state that the lock guards; it is called with the lock held, and should not
    ///     wait
    /// @throws BrokenException if a task ends without releasing the lock while this one waits
    /// @throws IllegalStateException if the calling task does not have the lock
    public void awaitUntil(BooleanSupplier holds) {
        lock.requireMine(Task.current(), "wait for " + label + " of");
        Checkpoints.quickCheckpoint();
        while (!holds.getAsBoolean())
            await();
    }

    /// Lets the task that has waited longest go on when it gets the lock. Does nothing if no task waits.
    /// **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling task does not have the lock
    /// @throws BrokenException if no task has it because it is broken
    public void signal() {
        signal(1);
    }

    /// Lets every task that waits now go on, one after the other, as they get the lock. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling task does not have the lock
    /// @throws BrokenException if no task has it because it is broken
    public void signalAll() {
        signal(Integer.MAX_VALUE);
    }

    /// Lets up to `count` tasks go on, those that have waited longest first, one after the other as they get
    /// the lock. **Not a checkpoint.**
    ///
    /// @throws IllegalArgumentException if the count is negative
    /// @throws IllegalStateException if the calling task does not have the lock
    /// @throws BrokenException if no task has it because it is broken
    public void signal(int count) {
        if (count < 0) throw new IllegalArgumentException("count must not be negative: " + count);
        Wait.requireStackToFinish();
        lock.requireMine(Task.current(), "signal " + label + " of");
        lock.signal(waiters, count);
    }

    /// The statistics of a condition at one moment.
    ///
    /// @param waiting the number of tasks that wait for a signal
    /// @param lock the statistics of its lock, for which tasks wait that have been signalled
    public record Statistics(int waiting, TaskLock.Statistics lock) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        return new Statistics(lock.waitingFor(waiters), lock.statistics());
    }

    @Override
    public String toString() {
        return label;
    }
}
