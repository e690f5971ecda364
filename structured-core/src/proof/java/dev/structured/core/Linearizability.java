package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// The structures below the kernel are linearizable: whatever several threads do to them at once has results
/// that some order of the same operations, one at a time, has too. There are twins with a planted race that
/// must be reported, or the tool would not see into such classes at all.
///
/// Lincheck runs each scenario under many schedules, with a switch between any two accesses to shared memory.
/// Unlike `Simulation` it needs no race points; it knows nothing of virtual threads, and takes structures
/// only.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class Linearizability {
    @Test
    void wait_has_one_decision() {
        Lincheck.options().check(Decision.class);
    }

    @Test
    void wait_that_looks_and_then_decides_is_reported() {
        Lincheck.mustBeReported(TornDecision.class, Lincheck.options());
    }

    @Test
    void deadlines_are_a_map_by_entry() {
        Lincheck.options().check(Alarms.class);
    }

    @Test
    void lot_wakes_each_once_and_in_order() {
        Lincheck.options().check(Lot.class);
    }

    @Test
    void lot_whose_leaving_takes_no_lock_is_reported() {
        Lincheck.mustBeReported(TornLot.class, Lincheck.options());
    }

    /// A task that is not run: only its platform is asked for.
    private static ParkingLot.Parked newWait() {
        return new ParkingLot.Parked(TASK, "a test");
    }

    private static final Task<?> TASK = new Task<>(Scheduler.open(), "task");
    private static final ParkingLot LOT = new ParkingLot();

    /* --- Wait --- */

    public static class Decision {
        private final Wait<ParkingLot> wait = newWait();

        @Operation
        public boolean complete() {
            return wait.complete(LOT);
        }

        @Operation
        public boolean abort() {
            return wait.abort(new CancelReason(CancelReason.Source.EXPLICIT, "s", "w", null));
        }

        @Operation
        public boolean breakOff() {
            return wait.breakOff("lot", "why");
        }

        @Operation
        public boolean isPending() {
            return !wait.isDecided();
        }
    }

    public static class TornDecision {
        private volatile boolean pending = true;

        /// So that the scenarios do not begin with the decision, mostly.
        @Operation
        public boolean isPending() {
            return pending;
        }

        @Operation
        public boolean isDecided() {
            return !pending;
        }

        @Operation
        public boolean complete() {
            return decide();
        }

        @Operation
        public boolean abort() {
            return decide();
        }

        private boolean decide() {
            if (!pending) return false;
            pending = false;
            return true;
        }
    }

    /* --- Deadlines --- */

    /// Its clock stands still, at a time before all entries but those at 0.
    public static class Alarms {
        private final Stopped clock = new Stopped();
        private final Deadlines deadlines = new Deadlines(clock);
        private final AtomicInteger expired = new AtomicInteger();
        private final Deadlines.Entry[] entries = {new Entry(), new Entry(), new Entry()};

        private final class Entry extends Deadlines.Entry {
            Entry() {
                super(false);
            }

            @Override
            void expire() {
                expired.incrementAndGet();
            }
        }

        @Operation
        public void set(int entry, int at) {
            deadlines.set(entries[Math.floorMod(entry, 3)], 1 + Math.floorMod(at, 5));
        }

        @Operation
        public void close(int entry) {
            deadlines.close(entries[Math.floorMod(entry, 3)]);
        }

        @Operation
        public int size() {
            return deadlines.size();
        }

        @Operation
        public boolean isEmpty() {
            return deadlines.isEmpty();
        }

        @Operation
        public @Nullable Duration untilFirst() {
            return deadlines.untilFirst();
        }
    }

    /// A platform for a [Deadlines].
    private static final class Stopped implements Platform {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void start(String name, Runnable body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void adopt() {}

        @Override
        public void release() {}

        @Override
        public void park(Object blocker) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public void interrupt(Thread thread) {}

        @Override
        public void yieldNow() {}

        @Override
        public Alarm alarm(Runnable ring) {
            return new Alarm() {
                @Override
                public void set(long nanos) {}

                @Override
                public void close() {}
            };
        }

        @Override
        public Alarm watch(Duration pause, Runnable look) {
            throw new UnsupportedOperationException();
        }
    }

    /* --- ParkingLot --- */

    /// A lot in which nobody really parks: three waits, whose tasks do the steps of `park` one by one.
    public static class Lot {
        private final ParkingLot lot = new ParkingLot();
        private final ParkingLot.Parked[] waits = {newWait(), newWait(), newWait()};
        /// Guarded by the lot's lock.
        private final boolean[] used = new boolean[3];

        /// @return false if it was appended before
        @Operation
        public boolean append(int number) {
            int index = Math.floorMod(number, waits.length);
            return lot.appendIf(() -> !used[index] && (used[index] = true), waits[index]);
        }

        /// One at a time: while one has taken the last wait and not decided it yet, another finds nobody and
        /// says so; that no order explains, if the wait is then aborted, though nobody is forgotten by it.
        @Operation(nonParallelGroup = "wakers")
        public int unpark() {
            return lot.unpark(1);
        }

        @Operation
        public boolean abort(int number) {
            ParkingLot.Parked wait = waits[Math.floorMod(number, waits.length)];
            if (!wait.abort(new CancelReason(CancelReason.Source.EXPLICIT, "s", "w", null))) return false;
            ParkingLot.leave(wait);
            return true;
        }

        @Operation
        public boolean isPending(int number) {
            return !waits[Math.floorMod(number, waits.length)].isDecided();
        }
    }

    /// A queue like a lot's, in which a wait that is aborted leaves without the lock.
    public static class TornLot {
        private static final VarHandle SIZE;

        static {
            try {
                SIZE = MethodHandles.lookup().findVarHandle(TornLot.class, "size", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private volatile int size;

        @Operation
        public int append() {
            return (int) SIZE.getAndAdd(this, 1);
        }

        @Operation
        public int leave() {
            int seen = size;
            size = seen - 1;
            return seen;
        }
    }
}
