package dev.structured.core.sync;

import dev.structured.core.Body;
import dev.structured.core.Checkpoints;
import dev.structured.core.ValueBody;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Holds a number of permits that tasks take and give back, first come first served.
///
/// ```java
/// TaskSemaphore seats = new TaskSemaphore("seats", 20);
///
/// seats.run(() -> serve(guest));
/// ```
///
/// Any task or thread may give a permit back: a semaphore does not know which tasks have its permits. To let
/// only the task that took a permit give it back, use a [TaskLock] or a [CapacityLimiter].
public final class TaskSemaphore {
    /*
     *                   release()
     *                 ┌──────────┐
     *                 ▼          │
     *    0 ──────▶ 1, 2, … permits          by compare-and-set; nobody waits
     *    ▲ ◀────── acquire()
     *    │
     *    ▼
     *   QUEUED     no permit, and tasks may wait
     *
     * 1. The state becomes QUEUED, and changes from QUEUED to another, under the lock only.
     * 2. The queue is empty unless the state is QUEUED. So a later task finds no permit, and does not
     *   overtake.
     * 3. While QUEUED, a permit that comes back goes to the first waiting task, and is not counted on the
     *    way.
     */
    private static final int QUEUED = -1;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TaskSemaphore.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String label;
    private final int max;
    private final Object lock = new Object();
    /// Guarded by the lock.
    private final WaitQueue<Waiter> queue = new WaitQueue<>();
    private volatile int state;

    /// Makes a semaphore without a name and without a maximum of permits.
    ///
    /// @param permits the initial number of permits
    /// @throws IllegalArgumentException if the number is negative
    public TaskSemaphore(int permits) {
        this(null, permits);
    }

    /// Makes a semaphore without a name that never has more than `max` permits.
    ///
    /// @throws IllegalArgumentException as by [#TaskSemaphore(String, int, int)]
    public TaskSemaphore(int permits, int max) {
        this(null, permits, max);
    }

    /// Makes a semaphore without a maximum of permits.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param permits the initial number of permits
    /// @throws IllegalArgumentException if the number is negative
    public TaskSemaphore(@Nullable String name, int permits) {
        this(name, permits, Integer.MAX_VALUE);
    }

    /// Makes a semaphore that never has more than `max` permits, and so notices a permit that is given back
    /// twice.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param permits the initial number of permits
    /// @throws IllegalArgumentException if the number is negative or greater than `max`, or `max` is 0
    public TaskSemaphore(@Nullable String name, int permits, int max) {
        label = name == null ? "a semaphore" : "semaphore '" + name + "'";
        if (permits < 0) throw new IllegalArgumentException(label + " cannot have " + permits + " permits");
        if (max < 1 || max < permits) {
            throw new IllegalArgumentException(
                    label + " cannot have " + permits + " permits and at most " + max);
        }
        this.max = max;
        state = permits;
    }

    /* --- Taking --- */

    /// Takes a permit; waits until there is one. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public void acquire() {
        Checkpoints.quickCheckpoint();
        if (tryAcquire()) return;
        Waiter waiter = new Waiter(Wait.cancellable(this));
        Runnable leave = () -> leave(waiter); // made before it is needed
        if (queueUnlessFree(waiter)) waiter.wait.await(leave);
    }

    /// Takes a permit if there is one. **Thread-safe. Not a checkpoint.**
    ///
    /// @return false if there is none: all are taken, or intended for waiting tasks
    public boolean tryAcquire() {
        Wait.requireStack();
        return take();
    }

    private boolean take() {
        for (int seen = state; seen > 0; seen = state) {
            if (STATE.compareAndSet(this, seen, seen - 1)) return true;
        }
        return false;
    }

    /// Puts the waiter into the queue, unless a permit has come back in the meantime.
    ///
    /// @return false if one has, and this task has taken it
    boolean queueUnlessFree(Waiter waiter) {
        synchronized (lock) {
            do {
                if (take()) return false;
            } while (state != QUEUED && !STATE.compareAndSet(this, 0, QUEUED));
            queue.add(waiter);
            return true;
        }
    }

    void leave(Waiter waiter) {
        synchronized (lock) {
            queue.remove(waiter);
        }
    }

    /* --- Giving back --- */

    /// Gives a permit back. The task that has waited longest gets it, and this **wakes** that task.
    /// **Thread-safe. Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the semaphore has its maximum of permits
    public void release() {
        while (true) {
            int seen = state;
            if (seen == QUEUED) {
                if (handOver()) return;
            } else {
                if (seen == max) throw tooMany();
                if (STATE.compareAndSet(this, seen, seen + 1)) return;
            }
        }
    }

    /// Gives a permit to the first waiting task.
    ///
    /// @return false if the state is no longer QUEUED
    private boolean handOver() {
        Wait.requireStackToFinish();
        Waiter next;
        synchronized (lock) {
            if (state != QUEUED) return false;
            next = Waiter.next(queue);
            if (next == null) state = 1;
            else if (queue.isEmpty()) state = 0;
        }
        Waiter.wake(next);
        return true;
    }

    private IllegalStateException tooMany() {
        return new IllegalStateException("A permit was given back to " + label
                + " that was not taken: it has all its " + max
                + ". Give one back for each that was acquired, in a finally block or by run and call.");
    }

    /* --- Blocks --- */

    /// Runs the code with a permit, which is given back however the code ends. **Checkpoint** at its
    /// beginning.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <X extends Exception> void run(Body<X> body) throws X {
        acquire();
        try {
            body.run();
        } finally {
            release();
        }
    }

    /// Runs the code with a permit, which is given back however it ends, and returns its value.
    /// **Checkpoint** at its beginning.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body) throws X {
        acquire();
        try {
            return body.call();
        } finally {
            release();
        }
    }

    /* --- Its state --- */

    /// The statistics of a semaphore at one moment.
    ///
    /// @param permits the number of free permits
    /// @param max the largest number of permits
    /// @param waiting the number of tasks that wait for one
    public record Statistics(int permits, int max, int waiting) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        synchronized (lock) {
            return new Statistics(Math.max(0, state), max, queue.size());
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
