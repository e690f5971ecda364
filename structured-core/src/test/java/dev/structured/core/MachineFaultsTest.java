package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.scenarios.OnAVirtualClock;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.TaskLock;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A machine that has no space left at one moment, whichever: no task outlives its run, none waits for ever,
/// and the scheduler goes on as before.
@Timeout(120)
class MachineFaultsTest {
    private static final Duration LONG = Duration.ofHours(1);
    /// What the kernel has promised is not taken back: a wait that is decided is woken, a task that ends is
    /// let go. Nothing there needs space.
    private static final Set<String> NEEDS_NO_SPACE = Set.of("wait is decided", "wait is completed",
            "wait ends",
            "wait is broken off", "wait was aborted", "wait is moved", "gate is entered",
            "gate has been left",
            "gate closes", "task ends", "task has ended", "task leaves the nursery", "scope closes",
            "scope looks outside", "scope leaves", "scope has exited", "scope has been left", "run has ended",
            "task has been interrupted", "late start has begun", "late start has been dropped",
            "caller is hidden", "task is to be moved",
            "task has been moved", "caller is seen again");

    /// Where the machine fails.
    enum Fault {
        /// No thread can be started.
        NO_THREAD,
        /// Starting a thread fails when the thread is on its way.
        THREAD_ALL_THE_SAME,
        /// The alarm cannot be set: its thread cannot be started.
        NO_ALARM,
        /// A thread cannot park.
        NO_PARKING,
        /// Anywhere between two steps of the kernel.
        BETWEEN_STEPS
    }

    /// Fails once, at one of the places of a kind, with the error that a machine without space throws.
    private static final class FailingMachine extends OnAVirtualClock {
        private final Fault fault;
        private final AtomicInteger left;

        /// @param place which one, from 0
        FailingMachine(Fault fault, int place) {
            super(new VirtualClock());
            this.fault = fault;
            this.left = new AtomicInteger(place + 1);
        }

        private void at(Fault place) {
            if (place == fault && left.decrementAndGet() == 0)
                throw new OutOfMemoryError("no space: " + place);
        }

        boolean hasFailed() {
            return left.get() <= 0;
        }

        @Override
        public void start(String name, Runnable body) {
            at(Fault.NO_THREAD);
            super.start(name, body);
            at(Fault.THREAD_ALL_THE_SAME);
        }

        @Override
        public Alarm alarm(Runnable ring) {
            Alarm real = super.alarm(ring);
            return new Alarm() {
                @Override
                public void set(long nanos) {
                    if (nanos != Long.MAX_VALUE) at(Fault.NO_ALARM);
                    real.set(nanos);
                }

                @Override
                public void close() {
                    real.close();
                }
            };
        }

        @Override
        public void park(Object blocker) {
            at(Fault.NO_PARKING);
            super.park(blocker);
        }

        @Override
        public void racePoint(String where) {
            if (!NEEDS_NO_SPACE.contains(where)) at(Fault.BETWEEN_STEPS);
        }
    }

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void error_at_one_place_leaves_all_whole(Fault fault) {
        int place = 0;
        while (isHitAt(fault, place))
            place++;
        assertTrue(place > 0, "the fault was never met");
    }

    private boolean isHitAt(Fault fault, int place) {
        FailingMachine machine = new FailingMachine(fault, place);
        String where = fault + " " + place;
        Scheduler scheduler = Scheduler.builder().platform(machine).build();
        try {
            scheduler.run("failing", this::scenes);
        } catch (Throwable thrown) {
            assertTrue(machine.hasFailed(), () -> where + ": " + thrown);
        }
        boolean hit = machine.hasFailed();
        machine.left.set(0); // never again
        assertEquals(0, scheduler.statistics().tasks(), where);
        assertEquals(0, scheduler.statistics().deadlines(), where);
        assertEquals(begun.get(), ended.get(), () -> where + ": a task outlived its run");
        scheduler.run("after", () -> {
            assertThrows(TooSlowException.class,
                    () -> Timeouts.failAfter(Duration.ofSeconds(1), Checkpoints::sleepForever), where);
            scenes();
        });
        scheduler.close();
        return hit;
    }

    private void scenes() {
        Timeouts.failAfter(LONG, this::lives);
        Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) nursery.startSoon(() -> counted(Checkpoints::sleepForever));
        }));
        assertThrowsIfWhole();
        exchange();
    }

    private void lives() {
        Nursery.run(nursery -> {
            nursery.<@Nullable Void, RuntimeException>start("started", status -> counted(() -> {
                status.started(null);
                Checkpoints.sleepForever();
            }));
            nursery.startAfter(Duration.ofSeconds(1), "late", () -> counted(() -> {}));
            nursery.startAfter(LONG, "never", () -> counted(() -> {})).tryTakeBack();
            Task<Integer> task = nursery.startSoon("value", () -> {
                counted(() -> Checkpoints.sleep(Duration.ofSeconds(2)));
                return 1;
            });
            new CancelScope().withShield().run(task::await);
            nursery.scope().cancel();
        });
    }

    private void assertThrowsIfWhole() {
        try {
            Nursery.run(nursery -> {
                nursery.startSoon(() -> counted(Checkpoints::sleepForever));
                nursery.startSoon(() -> counted(() -> {
                    throw new IllegalStateException("expected");
                }));
            });
        } catch (NurseryFailedException expected) {
            // as it should be
        }
    }

    private void exchange() {
        Channel<Integer> channel = Channels.open(0);
        TaskLock lock = new TaskLock();
        CapacityLimiter limiter = new CapacityLimiter(1);
        Event end = new Event();
        Nursery.run(nursery -> {
            nursery.startSoon(() -> counted(() -> {
                for (int ignored : channel.receiver()) lock.run(Checkpoints::checkpoint);
                end.set();
            }));
            nursery.startSoon(() -> counted(() -> channel.sender().feed(sender -> {
                for (int i = 0; i < 3; i++) {
                    int item = i;
                    limiter.run(() -> sender.send(item));
                }
            })));
            nursery.startSoon(() -> counted(() -> lock.run(() -> Checkpoints.sleep(Duration.ofSeconds(1)))));
            end.await();
        });
    }

    private void counted(Runnable code) {
        begun.incrementAndGet();
        try {
            code.run();
        } finally {
            ended.incrementAndGet();
        }
    }
}
