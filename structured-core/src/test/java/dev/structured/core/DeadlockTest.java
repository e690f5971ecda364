package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is a deadlock, and what must not be taken for one. See also scenario 120.
class DeadlockTest {
    private final VirtualClock clock = new VirtualClock();
    private final Scheduler scheduler = Scheduler.builder().platform(clock)
            .detectDeadlocks(Duration.ofSeconds(1))
            .build();
    private final ParkingLot lot = new ParkingLot("a bus that never comes");

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(new Scheduler.Statistics(0, 0, 0, 0, null), scheduler.statistics());
        scheduler.close();
    }

    @Test
    void run_whose_tasks_all_wait_throws_the_tree_instead_of_hanging() {
        var reason = new AtomicReference<CancelReason>();
        DeadlockException thrown = assertThrows(DeadlockException.class,
                () -> scheduler.run("main", () -> Nursery.run("n", nursery -> {
                    nursery.startSoon("passenger", () -> {
                        try {
                            lot.park();
                        } catch (Cancelled cancelled) {
                            reason.set(cancelled.reason());
                            throw cancelled;
                        }
                    });
                })));
        assertTrue(thrown.getMessage().startsWith("Run 'main' is in a deadlock: every task waits,"),
                thrown.getMessage());
        assertTrue(thrown.getMessage().contains("└─ passenger (in n)"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("waits for a bus that never comes"), thrown.getMessage());
        assertEquals(CancelReason.Source.DEADLOCK, reason.get().source());
    }

    @Test
    void tasks_that_wait_for_each_other_are_a_deadlock() {
        assertThrows(DeadlockException.class, () -> scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?>[] second = new Task<?>[1];
            Task<?> first = nursery.startSoon("first", () -> {
                while (second[0] == null)
                    Checkpoints.checkpoint();
                second[0].await();
            });
            second[0] = nursery.startSoon("second", first::await);
        })));
    }

    @Test
    void deadline_entry_or_running_task_is_none() {
        scheduler.run("a deadline",
                () -> assertTrue(Timeouts.moveOnAfter(Duration.ofDays(1), lot::park).isCancelled()));
        scheduler.run("a settler", () -> Nursery.run(nursery -> {
            nursery.startSoon("waiter", lot::park);
            clock.settle();
            assertEquals(1, lot.unpark(1));
        }));
        scheduler.run("an entry", () -> {
            try (RunEntry entry = RunEntry.open()) {
                Thread.ofPlatform().start(() -> {
                    while (lot.statistics().waiting() == 0)
                        RealTest.giveWay();
                    entry.post(() -> lot.unpark(1));
                });
                lot.park();
            }
        });
        var latch = new CountDownLatch(1);
        scheduler.run("foreign code", () -> Nursery.run(nursery -> {
            nursery.startSoon("waiter", lot::park);
            while (lot.statistics().waiting() == 0)
                RealTest.giveWay();
            Thread.ofPlatform().start(latch::countDown);
            latch.await(); // counts as running, and wakes the other
            lot.unpark(1);
        }));
    }

    @Test
    void other_run_that_can_still_wake_it_is_none() {
        var other = RealTest.otherThread(() -> scheduler.run("other", () -> {
            while (lot.statistics().waiting() == 0)
                Checkpoints.checkpoint();
            lot.unpark(1);
        }));
        while (scheduler.statistics().runs() == 0)
            RealTest.giveWay();
        scheduler.run("main", lot::park);
        RealTest.join(other);
    }

    @Test
    void nothing_is_looked_for_unless_asked_for() {
        Scheduler unwatched = Scheduler.builder().platform(new VirtualClock()).build();
        var other = RealTest.otherThread(() -> unwatched.run("main", lot::park));
        while (lot.statistics().waiting() == 0)
            RealTest.giveWay();
        assertEquals(1, unwatched.statistics().waitingTasks());
        lot.unpark(1); // from outside, as nobody could have known
        RealTest.join(other);
        unwatched.close();
    }

    @Test
    void watchdog_finds_one_on_real_threads_and_leaves_the_living_alone() {
        try (Scheduler real = Scheduler.builder().detectDeadlocks(Duration.ofMillis(2)).build()) {
            real.run("busy", () -> Nursery.run(nursery -> {
                ParkingLot one = new ParkingLot();
                ParkingLot two = new ParkingLot();
                nursery.startSoon("ping", () -> ping(one, two));
                nursery.startSoon("pong", () -> pong(two, one));
            }));
            assertThrows(DeadlockException.class, () -> real.run("stuck", lot::park));
            assertFalse(real.toString().contains("runs=1"));
        }
    }

    private static final int VOLLEYS = 5_000;

    private static void ping(ParkingLot mine, ParkingLot others) {
        for (int i = 0; i < VOLLEYS; i++) {
            wake(others);
            mine.park();
        }
    }

    private static void pong(ParkingLot mine, ParkingLot others) {
        for (int i = 0; i < VOLLEYS; i++) {
            mine.park();
            wake(others);
        }
    }

    private static void wake(ParkingLot others) {
        while (others.unpark(1) == 0)
            Checkpoints.yieldNow();
    }
}
