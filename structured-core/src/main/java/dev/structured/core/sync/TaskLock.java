package dev.structured.core.sync;

import dev.structured.core.Body;
import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import dev.structured.core.sync.Ownership.Place;
import org.jspecify.annotations.Nullable;

/// A lock that one task has at a time. Waiting for it can be cancelled, and costs no platform thread.
///
/// ```java
/// TaskLock lock = new TaskLock("accounts");
///
/// lock.run(() -> {
///     from.take(amount);
///     to.add(amount);
/// });
/// ```
///
/// - *Fair*: it is handed to the task that has waited longest, at the moment of the release. No task
///   overtakes, not even the one that has just released it.
/// - *Owned*: only the task that has it can release it, and that task cannot acquire it again.
/// - *Broken*, if its owner ends without releasing it, since the state that it guards may be half changed.
///   Tasks that wait for it, or acquire it later, get a [BrokenException] that names the owner.
///
/// For code that holds a lock for a few lines without waiting, use `synchronized`.
public final class TaskLock {
    private final String label;
    final Ownership ownership = new Ownership();

    /// Makes a lock without a name.
    public TaskLock() {
        this(null);
    }

    /// Makes a lock.
    ///
    /// @param name shown in the task tree and in messages; null for none
    public TaskLock(@Nullable String name) {
        label = name == null ? "a lock" : "lock '" + name + "'";
    }

    /* --- Acquiring and releasing --- */

    /// Acquires the lock; waits until it is the calling task's turn. **Checkpoint.**
    ///
    /// @throws BrokenException if a task has ended without releasing it, or does so during the wait
    /// @throws IllegalStateException if the task has it already, or the calling thread runs no task
    public void acquire() {
        Task<?> me = Checkpoints.quickCheckpoint();
        Wait.requireStack();
        if (!ownership.take(me)) await(me, Wait.cancellable(this));
    }

    /// Acquires the lock if no task has it. **Not a checkpoint.**
    ///
    /// @return false if another task has it
    /// @throws BrokenException if a task has ended without releasing it
    /// @throws IllegalStateException if the calling task has it already, or the calling thread runs no task
    public boolean tryAcquire() {
        Wait.requireStack();
        Task<?> me = Task.current();
        if (ownership.takeFree(me)) return true;
        requireNotMine(me);
        ownership.breakIfOwnerEnded();
        requireWhole();
        return false;
    }

    /// Acquires the lock in the queue, unless it has become free.
    private void await(Task<?> me, Wait<Waiter> wait) {
        requireNotMine(me);
        Place place = new Place(wait);
        Runnable leave = () -> ownership.leave(place); // made before it is needed
        if (!ownership.queueUnlessFree(me, place)) return;
        place.wait.await(leave);
        ownership.lookOut(place);
    }

    /// Releases the lock. From now on it belongs to the task that has waited longest, which this **wakes**.
    /// **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling task does not have it, or the calling thread runs no task
    /// @throws BrokenException if no task has it because it is broken
    public void release() {
        Task<?> me = Task.current();
        if (ownership.releaseUnawaited(me)) return;
        Wait.requireStackToFinish();
        requireMine(me, "release");
        ownership.release();
    }

    /* --- Conditions --- */

    /// Releases the lock and waits for the condition, in one step. The task has the lock again when this
    /// ends, however it ends; if the lock is broken, this throws a [BrokenException] instead.
    void await(TaskCondition condition, WaitQueue<Place> waiters) {
        Place place = new Place(Wait.cancellable(condition));
        Runnable back = () -> comeBack(waiters, place); // made before it is needed
        ownership.releaseAndQueue(waiters, place);
        place.wait.await(back);
        ownership.lookOutAnyway(place);
    }

    /// The wait for the condition ended without the lock. If there was a signal, it is passed on to the next
    /// task.
    private void comeBack(WaitQueue<Place> waiters, Place place) {
        boolean signalled = !ownership.leave(waiters, place);
        Task<?> me = Task.current();
        try {
            takeAnyway(me);
        } finally {
            requireWhole(); // a cancellation must not hide that the lock is broken
        }
        if (signalled) ownership.signal(waiters, 1);
    }

    /// Acquires the lock, however long that takes. Tries again until there is space to wait for it.
    private void takeAnyway(Task<?> me) {
        while (!ownership.take(me)) {
            try {
                await(me, Wait.uncancellable(this));
                return;
            } catch (OutOfMemoryError e) {
                Ownership.awaitSpace();
            }
        }
    }

    void signal(WaitQueue<Place> waiters, int count) {
        ownership.signal(waiters, count);
    }

    int waitingFor(WaitQueue<Place> waiters) {
        return ownership.waitingFor(waiters);
    }

    /* --- Blocks --- */

    /// Runs the code with the lock, which is released however the code ends. **Checkpoint** at its beginning.
    ///
    /// @throws X if the body throws it
    /// @throws BrokenException as by [#acquire()]
    /// @throws IllegalStateException as by [#acquire()], or if the body has released the lock itself
    public <X extends Exception> void run(Body<X> body) throws X {
        call(() -> {
            body.run();
            return this;
        });
    }

    /// Runs the code with the lock, which is released however it ends, and returns its value. **Checkpoint**
    /// at its beginning.
    ///
    /// @throws X if the body throws it
    /// @throws BrokenException as by [#acquire()]
    /// @throws IllegalStateException as by [#acquire()], or if the body has released the lock itself
    public <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body) throws X {
        acquire();
        boolean returned = false;
        try {
            T value = body.call();
            returned = true;
            return value;
        } finally {
            if (returned || ownership.owner() == Task.current()) release();
        }
    }

    /* --- Its state --- */

    /// The statistics of a lock at one moment.
    ///
    /// @param owner the task that has it; null if none has
    /// @param waiting the number of tasks that wait for it
    /// @param brokenBy the reason why it is broken, in words; null if it is not
    public record Statistics(@Nullable Task<?> owner, int waiting, @Nullable String brokenBy) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        ownership.breakIfOwnerEnded();
        return ownership.statistics();
    }

    private void requireNotMine(Task<?> me) {
        if (ownership.owner() != me) return;
        throw new IllegalStateException("Task '" + me.path() + "' has " + label
                + " already, and it is not reentrant: it would wait for itself for ever."
                + " Acquire it in one place, and call the code that needs it from there.");
    }

    void requireMine(Task<?> me, String operation) {
        Task<?> owner = ownership.owner();
        if (owner == me) return;
        requireWhole();
        throw new IllegalStateException("Task '" + me.path() + "' cannot " + operation + " " + label + ": "
                + (owner == null ? "nobody has it." : "task '" + owner.path() + "' has it.")
                + " Only the task that has acquired it can.");
    }

    private void requireWhole() {
        String why = ownership.brokenBy();
        if (why != null) throw Wait.broken(this, why, null);
    }

    /// Returns its name and its owner. The task tree shows this for waiting tasks.
    @Override
    public String toString() {
        Task<?> owner = ownership.owner();
        return owner == null ? label : label + ", which task '" + owner.path() + "' has";
    }
}
