package dev.structured.core.sync;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// Lets a fixed number of tasks wait for each other and go on together, again and again.
///
/// ```java
/// TaskBarrier rounds = new TaskBarrier("rounds", 4);
/// for (int i = 0; i < 4; i++) {
///     nursery.startSoon("worker", () -> {
///         while (hasWork()) {
///             work();
///             rounds.await(); // until all four have done their part of this round
///         }
///     });
/// }
/// ```
///
/// A task that is cancelled while it waits does not count as arrived: the others wait until another task
/// takes its place.
public final class TaskBarrier {
    /*
     * arrived = the number of tasks that are in await() for this round and have not been cancelled.
     *
     * The task that makes `arrived` reach the number of parties ends the round: it decides the waits of all
     * others. If one of these has been cancelled in the meantime, that task has not arrived, and the round
     * cannot end. Tasks whose waits have been decided by then wake up, see that the round has not ended, and
     * wait again; they count as arrived throughout. So a round ends for as many tasks as there are parties.
     */
    private static final long UNKNOWN = -1;

    private final class Arrival extends Waiter implements Runnable {
        /// The round in which the task has arrived. Written under the lock, by the task.
        long round;
        /// Those that it wakes.
        final Woken woken = new Woken();

        Arrival(Wait<Waiter> wait, long round) {
            super(wait);
            this.round = round;
        }

        /// Leaves the queue: it was cancelled.
        @Override
        public void run() {
            synchronized (lock) {
                if (queue.remove(this)) arrived--;
            }
        }
    }

    private final String label;
    private final int parties;
    private final Object lock = new Object();
    /// All guarded by the lock.
    private final WaitQueue<Arrival> queue = new WaitQueue<>();
    private int arrived;
    private long round;

    /// Makes a barrier without a name.
    ///
    /// @param parties the number of tasks that wait for each other
    /// @throws IllegalArgumentException if the number is less than 1
    public TaskBarrier(int parties) {
        this(null, parties);
    }

    /// Makes a barrier.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param parties the number of tasks that wait for each other
    /// @throws IllegalArgumentException if the number is less than 1
    public TaskBarrier(@Nullable String name, int parties) {
        label = name == null ? "a barrier" : "barrier '" + name + "'";
        if (parties < 1) {
            throw new IllegalArgumentException(
                    label + " cannot have " + parties + " parties: at least 1 task arrives");
        }
        this.parties = parties;
    }

    /// Waits until as many tasks as there are parties have called this method, which then returns in all of
    /// them.
    /// **Checkpoint.** If it throws, the task has not arrived.
    ///
    /// @return the number of the round that has ended, from 0
    /// @throws Cancelled if a scope around the task is cancelled before the last task arrives
    /// @throws IllegalStateException if the calling thread runs no task
    public long await() {
        Checkpoints.quickCheckpoint();
        long arrivedIn = UNKNOWN;
        while (true) {
            Arrival arrival;
            try {
                arrival = new Arrival(Wait.cancellable(this), arrivedIn);
            } catch (VirtualMachineError e) {
                if (takeBack(arrivedIn)) throw e;
                return arrivedIn;
            }
            if (!queueUnlessEnded(arrival)) return arrival.round;
            arrival.wait.await(arrival);
            arrivedIn = arrival.round;
        }
    }

    /// The task cannot wait on, and has not arrived.
    ///
    /// @return false if it has: the round has ended
    private boolean takeBack(long arrivedIn) {
        if (arrivedIn == UNKNOWN) return true;
        synchronized (lock) {
            if (round != arrivedIn) return false;
            arrived--;
            return true;
        }
    }

    /// @return false if the round has ended, or ends with this arrival
    private boolean queueUnlessEnded(Arrival arrival) {
        boolean queued;
        synchronized (lock) {
            if (arrival.round == UNKNOWN) {
                arrival.round = round;
                arrived++;
            }
            queued = round == arrival.round && !tryEnd(arrival.woken);
            if (queued) queue.add(arrival);
        }
        arrival.woken.wake();
        return queued;
    }

    /// Ends the round if all parties have arrived. Holding the lock.
    ///
    /// @param woken gets the waiters to wake when the lock has been released
    private boolean tryEnd(Woken woken) {
        if (arrived < parties) return false;
        for (Arrival each = queue.poll(); each != null; each = queue.poll()) {
            if (each.wait.decide(each)) woken.add(each);
            else
                arrived--; // it was cancelled
        }
        if (arrived < parties) return false;
        arrived = 0;
        round++;
        return true;
    }

    /// The statistics of a barrier at one moment.
    ///
    /// @param parties the number of tasks that wait for each other
    /// @param waiting the number of tasks that have arrived in this round
    /// @param round the number of rounds that have ended
    public record Statistics(int parties, int waiting, long round) {}

    /// Returns its statistics. **Thread-safe.**
    public Statistics statistics() {
        synchronized (lock) {
            return new Statistics(parties, arrived, round);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
