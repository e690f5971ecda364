package dev.structured.core.sync;

import dev.structured.core.Idle;
import dev.structured.core.Lincheck;
import dev.structured.core.Task;
import dev.structured.core.WaitQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// The structures below locks, semaphores and queues are linearizable; twins with a planted race are
/// reported. As for the kernel: see [dev.structured.core.Linearizability].
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Linearizability {
    @Test
    void lock_has_one_owner_and_forgets_nobody() {
        Lincheck.options().check(Lock.class);
    }

    @Test
    void lock_that_looks_and_then_takes_is_reported() {
        Lincheck.mustBeReported(TornLock.class, Lincheck.options());
    }

    @Test
    void permits_are_counted_or_handed_over() {
        Lincheck.options().check(Permits.class);
    }

    @Test
    void counter_that_looks_and_then_counts_is_reported() {
        Lincheck.mustBeReported(TornPermits.class, Lincheck.options());
    }

    @Test
    void tokens_are_borrowed_by_one_step_or_under_the_lock() {
        new StressOptions().threads(2).actorsPerThread(3).actorsBefore(1).actorsAfter(1).iterations(10)
                .invocationsPerIteration(1_000).minimizeFailedScenario(false).check(Tokens.class);
    }

    @Test
    void queue_under_a_lock_has_each_entry_once() {
        Lincheck.options().check(Queue.class);
    }

    @Test
    void queue_that_is_left_without_the_lock_is_reported() {
        Lincheck.mustBeReported(TornQueue.class, Lincheck.options());
    }

    /* --- Ownership --- */

    /// What one task does about a lock, one thing at a time.
    private static final class Actor {
        private final Ownership ownership;
        private final Task<?> task;
        private Ownership.@Nullable Place place;

        Actor(Ownership ownership, String name) {
            this.ownership = ownership;
            this.task = Idle.task(name);
        }

        /// A task whose wait has been decided runs on at once, whether or not it has been woken.
        private boolean isFree() {
            return (place == null || !Idle.isPending(place.wait)) && ownership.owner() != task;
        }

        boolean take() {
            return isFree() && ownership.takeFree(task);
        }

        String queue() {
            if (!isFree()) return "not free";
            Ownership.Place mine = new Ownership.Place(Idle.newWait(task));
            boolean queued = ownership.queueUnlessFree(task, mine);
            place = queued ? mine : null;
            return queued ? "waits" : "has it";
        }

        boolean cancel() {
            Ownership.Place mine = place;
            if (mine == null || !Idle.abort(mine.wait)) return false;
            ownership.leave(mine);
            place = null;
            return true;
        }

        boolean release() {
            if (ownership.owner() != task) return false;
            if (!ownership.releaseUnawaited(task)) ownership.release();
            return true;
        }
    }

    /// Few operations, so that scenarios are likely in which a lock is handed over to one that runs on at
    /// once.
    public static class Lock {
        private final Ownership ownership = new Ownership();
        private final Actor a = new Actor(ownership, "a");
        private final Actor b = new Actor(ownership, "b");

        @Operation(nonParallelGroup = "a")
        public boolean takeA() {
            return a.take();
        }

        @Operation(nonParallelGroup = "a")
        public String queueA() {
            return a.queue();
        }

        @Operation(nonParallelGroup = "a")
        public boolean releaseA() {
            return a.release();
        }

        @Operation(nonParallelGroup = "b")
        public String queueB() {
            return b.queue();
        }

        @Operation(nonParallelGroup = "b")
        public boolean cancelB() {
            return b.cancel();
        }

        @Operation(nonParallelGroup = "b")
        public boolean releaseB() {
            return b.release();
        }
    }

    public static class TornLock {
        private volatile int owner;

        @Operation
        public boolean isFree() {
            return owner == 0;
        }

        @Operation
        public boolean takeA() {
            return take(1);
        }

        @Operation
        public boolean takeB() {
            return take(2);
        }

        private boolean take(int task) {
            if (owner != 0) return false;
            owner = task;
            return true;
        }
    }

    /* --- Tokens --- */

    /// One token or two, and borrowers that have one, want one, or wait for one.
    public static class Tokens {
        private static final Task<?> A = Idle.task("a");
        private static final Task<?> B = Idle.task("b");
        private final CapacityLimiter limiter = new CapacityLimiter(1);
        private CapacityLimiter.@Nullable Claim claim;

        @Operation(nonParallelGroup = "a")
        public String borrowA() {
            return borrow(A);
        }

        @Operation(nonParallelGroup = "a")
        public boolean returnA() {
            return giveBack(A);
        }

        @Operation(nonParallelGroup = "b")
        public String borrowB() {
            return borrow(B);
        }

        /// Also returns a token that has been handed over.
        @Operation(nonParallelGroup = "b")
        public boolean returnB() {
            return giveBack(B);
        }

        @Operation(nonParallelGroup = "b")
        public String queueB() {
            if (claim != null && Idle.isPending(claim.wait)) return "waits already";
            CapacityLimiter.Claim mine = new CapacityLimiter.Claim(B, Idle.newWait(TASK));
            try {
                boolean queued = limiter.queueUnlessFree(mine);
                claim = queued ? mine : null;
                return queued ? "waits" : "has one";
            } catch (IllegalStateException e) {
                return "twice";
            }
        }

        @Operation(nonParallelGroup = "b")
        public boolean cancelB() {
            CapacityLimiter.Claim mine = claim;
            if (mine == null || !Idle.abort(mine.wait)) return false;
            limiter.leave(mine);
            claim = null;
            return true;
        }

        @Operation
        public void setTotalToNone() {
            limiter.setTotal(0);
        }

        @Operation
        public void setTotalToTwo() {
            limiter.setTotal(2);
        }

        @Operation
        public String look() {
            CapacityLimiter.Statistics seen = limiter.statistics();
            return seen.borrowed() + " of " + seen.total() + ", " + seen.waiting() + " wait";
        }

        private String borrow(Object who) {
            try {
                return limiter.tryAcquireOnBehalfOf(who) ? "has one" : "none";
            } catch (IllegalStateException e) {
                return "twice";
            }
        }

        private boolean giveBack(Object who) {
            try {
                limiter.releaseOnBehalfOf(who);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }
    }

    /* --- TaskSemaphore --- */

    private static final Task<?> TASK = Idle.task("task");

    public static class Permits {
        private final TaskSemaphore semaphore = new TaskSemaphore(1, 2);
        private final Waiter[] waiters = {new Waiter(Idle.newWait(TASK)), new Waiter(Idle.newWait(TASK))};
        private final boolean[] used = new boolean[2];

        @Operation
        public boolean tryAcquire() {
            return semaphore.tryAcquire();
        }

        @Operation
        public boolean release() {
            try {
                semaphore.release();
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        @Operation(nonParallelGroup = "first")
        public String queueFirst() {
            return queue(0);
        }

        @Operation(nonParallelGroup = "first")
        public boolean cancelFirst() {
            return cancel(0);
        }

        @Operation(nonParallelGroup = "second")
        public String queueSecond() {
            return queue(1);
        }

        @Operation(nonParallelGroup = "second")
        public boolean cancelSecond() {
            return cancel(1);
        }

        private String queue(int index) {
            if (used[index]) return "again";
            used[index] = true;
            return semaphore.queueUnlessFree(waiters[index]) ? "waits" : "has one";
        }

        private boolean cancel(int index) {
            if (!used[index] || !Idle.abort(waiters[index].wait)) return false;
            semaphore.leave(waiters[index]);
            return true;
        }
    }

    public static class TornPermits {
        private volatile int permits = 1;

        @Operation
        public boolean tryAcquire() {
            int seen = permits;
            if (seen == 0) return false;
            permits = seen - 1;
            return true;
        }

        @Operation
        public int release() {
            return permits++;
        }
    }

    /* --- WaitQueue --- */

    private static final class Numbered extends WaitQueue.Entry {
        final int number;
        boolean in;

        Numbered(int number) {
            this.number = number;
        }
    }

    public static class Queue {
        private final Object lock = new Object();
        private final WaitQueue<Numbered> queue = new WaitQueue<>();
        private final Numbered[] entries = {new Numbered(0), new Numbered(1), new Numbered(2)};

        @Operation
        public boolean add(int number) {
            Numbered entry = entries[Math.floorMod(number, 3)];
            synchronized (lock) {
                if (entry.in) return false;
                entry.in = true;
                queue.add(entry);
                return true;
            }
        }

        @Operation
        public int poll() {
            synchronized (lock) {
                Numbered first = queue.poll();
                if (first == null) return -1;
                first.in = false;
                return first.number;
            }
        }

        @Operation
        public boolean remove(int number) {
            Numbered entry = entries[Math.floorMod(number, 3)];
            synchronized (lock) {
                if (!queue.remove(entry)) return false;
                entry.in = false;
                return true;
            }
        }

        @Operation
        public int size() {
            synchronized (lock) {
                return queue.size();
            }
        }
    }

    public static class TornQueue {
        private final Object lock = new Object();
        private final WaitQueue<Numbered> queue = new WaitQueue<>();

        @Operation
        public int add() {
            synchronized (lock) {
                queue.add(new Numbered(0));
                return queue.size();
            }
        }

        @Operation
        public int poll() {
            queue.poll();
            return queue.size();
        }
    }
}
