package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Races on real threads, as many rounds as fit into some hundred milliseconds each. Whatever wins: there is
/// exactly one outcome, nothing is lost, nobody waits for ever. The labels J1 to J10 are those of the design.
@Timeout(120)
class StressTest extends RealTest {
    private static final long NANOS = Long.getLong("stress.millis", 300) * 1_000_000;

    private final Racer left = new Racer("left");
    private final Racer right = new Racer("right");

    @AfterEach
    void stop_the_racers() {
        left.stop();
        right.stop();
    }

    /// One round of a race, in a run.
    private interface Round {
        void race(int number) throws Exception;
    }

    private void rounds(Round round) throws Exception {
        long end = System.nanoTime() + NANOS;
        int number = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 10; i++) round.race(number++);
        }
    }

    private void roundsInOneRun(Round round) throws Exception {
        scheduler.run("main", () -> rounds(round));
    }

    @Test
    void j1_wait_is_either_unparked_or_cancelled() throws Exception {
        ParkingLot lot = new ParkingLot();
        roundsInOneRun(number -> {
            CancelScope scope = new CancelScope();
            var woken = new AtomicInteger();
            var over = new AtomicBoolean();
            left.go(() -> {
                while (!over.get() && woken.get() == 0)
                    woken.addAndGet(lot.unpark(1));
            });
            right.go(scope::cancel);
            Racer.linger(200);
            ScopeResult<Boolean> result = scope.call(() -> {
                lot.park();
                return true;
            });
            over.set(true);
            left.await();
            right.await();
            assertEquals(woken.get() == 1, !result.isCancelled(), "round " + number);
            assertEquals(0, lot.statistics().waiting());
        });
    }

    /// Items go through a lot to one of several waiters, who come and go: as many arrive as were handed over.
    @Test
    void j1_unparks_are_conserved_among_waiters_that_come_and_go() {
        ParkingLot lot = new ParkingLot();
        var woken = new AtomicInteger();
        var arrived = new AtomicInteger();
        var stop = new AtomicBoolean();
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var scopes = new AtomicReference<CancelScope>(new CancelScope());
            for (int i = 0; i < 8; i++) {
                nursery.startSoon("waiter", () -> {
                    while (!stop.get()) {
                        CancelScope scope = new CancelScope();
                        if (ThreadLocalRandom.current().nextBoolean()) scopes.set(scope);
                        if (!scope.call(() -> {
                            lot.park();
                            return true;
                        }).isCancelled()) arrived.incrementAndGet();
                    }
                });
            }
            left.go(() -> {
                while (!stop.get()) {
                    scopes.get().cancel();
                    giveWay();
                }
            });
            long end = System.nanoTime() + NANOS;
            while (System.nanoTime() < end || arrived.get() == 0) {
                woken.addAndGet(lot.unpark(ThreadLocalRandom.current().nextInt(3)));
                if (ThreadLocalRandom.current().nextInt(100) == 0) woken.addAndGet(lot.unparkAll());
                giveWay();
            }
            stop.set(true);
            left.await();
            nursery.scope().cancel();
        }));
        assertEquals(woken.get(), arrived.get());
        assertEquals(0, lot.statistics().waiting());
        assertTrue(arrived.get() > 0);
    }

    @Test
    void j1_await_gives_the_value_or_is_cancelled_and_never_hangs() throws Exception {
        roundsInOneRun(number -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            Task<Integer> child = nursery.startSoon("child", () -> {
                Racer.linger(200);
                return number;
            });
            if (number % 2 == 0) left.go(scope::cancel);
            ScopeResult<Integer> result = scope.call(child::await);
            left.await();
            if (result.isCancelled()) {
                assertTrue(number % 2 == 0, "cancelled by nobody");
                assertEquals(number, child.await());
            } else {
                assertEquals(number, result.orElseThrow());
            }
        }));
    }

    @Test
    void j2_deadline_explicit_cancel_and_value_have_one_winner() throws Exception {
        ParkingLot lot = new ParkingLot();
        roundsInOneRun(number -> {
            var woken = new AtomicInteger();
            var over = new AtomicBoolean();
            var current = new AtomicReference<CancelScope>();
            left.go(() -> {
                Racer.linger(3_000);
                while (!over.get() && woken.get() == 0)
                    woken.addAndGet(lot.unpark(1));
            });
            right.go(() -> {
                Racer.linger(3_000);
                CancelScope scope = current.get();
                if (scope != null) scope.cancel();
            });
            String outcome;
            try {
                outcome = Timeouts.<String, RuntimeException>failAt(
                        scheduler.deadlineAfter(Duration.ofNanos(10_000)), () -> {
                            current.set(Task.current("test").innermost());
                            lot.park();
                            return "value";
                        });
            } catch (TooSlowException e) {
                outcome = "DEADLINE";
            } catch (ScopeCancelledException e) {
                outcome = e.reason().source().name();
            }
            over.set(true);
            left.await();
            right.await();
            assertEquals(woken.get() == 1, outcome.equals("value"), "round " + number + " " + outcome);
            if (!outcome.equals("value")) assertEquals(outcome, current.get().reason().source().name());
        });
    }

    /// The children's ends complete the block; what comes after that may not take its value away.
    @Test
    void j2_value_of_a_block_is_not_lost_to_a_cancellation_after_its_last_child() throws Exception {
        roundsInOneRun(number -> {
            CancelScope outer = new CancelScope();
            var nurseries = new AtomicReference<Nursery>();
            var closedFirst = new AtomicBoolean();
            left.go(() -> {
                Nursery nursery = nurseries.get();
                for (int i = 0; i < 10_000 && !isClosed(nursery); i++) nursery = nurseries.get();
                closedFirst.set(isClosed(nursery));
                outer.cancel();
            });
            ScopeResult<Integer> result = outer.call(() -> Nursery.call(nursery -> {
                nurseries.set(nursery);
                nursery.startSoon("child", () -> Racer.linger(100));
                return number;
            }));
            left.await();
            if (closedFirst.get()) assertFalse(result.isCancelled(), "round " + number);
        });
    }

    private static boolean isClosed(@Nullable Nursery nursery) {
        return nursery != null && nursery.toString().endsWith("CLOSED]");
    }

    @Test
    void j3_task_is_either_started_in_the_nursery_or_refused() {
        var current = new AtomicReference<Nursery>();
        var accepted = new AtomicInteger();
        var ran = new AtomicInteger();
        var late = new AtomicInteger();
        ParkingLot next = new ParkingLot();
        scheduler.run("main", () -> Nursery.run(outer -> {
            for (int i = 0; i < 2; i++) {
                outer.startSoon("spawner", () -> {
                    Nursery last = null;
                    while (true) {
                        Nursery before = last;
                        next.parkIf(() -> current.get() == before);
                        last = current.get();
                        if (last != null && isAccepted(last, ran, late)) accepted.incrementAndGet();
                    }
                });
            }
            rounds(number -> Nursery.run(nursery -> {
                current.set(nursery);
                next.unparkAll();
                nursery.startSoon("first", () -> Racer.linger(200));
            }));
            outer.scope().cancel();
        }));
        assertEquals(accepted.get(), ran.get());
        assertEquals(0, late.get());
    }

    private static boolean isAccepted(Nursery nursery, AtomicInteger ran, AtomicInteger late) {
        Racer.linger(200);
        try {
            nursery.startSoon("child", () -> {
                ran.incrementAndGet();
                Racer.linger(50);
                if (isClosed(nursery)) late.incrementAndGet();
            });
            return true;
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("is closed"), e.getMessage());
            return false;
        }
    }

    /// J4: whenever the cancellation comes, its flag stays inside its scope and outside every shield.
    @Test
    void j4_flag_gets_into_no_shield_and_out_of_no_scope_or_run() throws Exception {
        rounds(number -> {
            scheduler.run("run", () -> {
                CancelScope scope = new CancelScope();
                left.go(scope::cancel);
                scope.run(() -> {
                    Racer.linger(100);
                    new CancelScope().withShield().run(() -> {
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield");
                        Racer.linger(100);
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield, later");
                    });
                    switch (number % 4) {
                        case 0 -> LockSupport.parkNanos(1_000);
                        case 1 -> Checkpoints.sleep(millis(10));
                        case 2 -> Thread.sleep(millis(10));
                        default -> Racer.linger(100);
                    }
                });
                assertFalse(Thread.currentThread().isInterrupted(), "flag outside its scope");
            });
            assertFalse(Thread.interrupted(), "flag outside its run");
            left.await();
            assertFalse(Thread.interrupted(), "flag after the run");
        });
    }

    /// Many scopes around it make looking for a reason take its time, and a cancellation may come just behind
    /// it.
    @Test
    void cancellation_that_comes_while_a_shield_is_left_reaches_foreign_code() throws Exception {
        scheduler.run("main", () -> {
            Task<?> task = Task.current("test");
            List<CancelScope> around = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                CancelScope scope = new CancelScope();
                scope.enter(task);
                around.add(scope);
            }
            rounds(number -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    new CancelScope().withShield().run(() -> left.go(scope::cancel));
                    awaitFlag("round " + number);
                });
                left.await();
            });
            for (CancelScope scope : around.reversed()) scope.close(task, null);
        });
    }

    private static void awaitFlag(String where) {
        long start = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            assertTrue(System.nanoTime() - start < 20_000_000_000L, "never interrupted, " + where);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void cancellation_that_comes_while_a_wait_ends_reaches_foreign_code() throws Exception {
        ParkingLot lot = new ParkingLot();
        roundsInOneRun(number -> {
            CancelScope scope = new CancelScope();
            right.go(() -> lot.unpark(1));
            left.go(scope::cancel);
            scope.run(() -> {
                if (number % 2 == 0) Checkpoints.checkCancelled();
                else
                    lot.parkIf(() -> false);
                awaitFlag("round " + number);
            });
            right.await();
            left.await();
        });
    }

    @Test
    void j10_shield_toggled_by_others_while_a_wait_begins_loses_no_cancellation() throws Exception {
        roundsInOneRun(number -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = number % 3 == 0
                    ? new CancelScope("inner").withShield()
                    : new CancelScope("inner");
            outer.cancel();
            left.go(() -> toggle(inner));
            right.go(() -> toggle(inner));
            outer.run(() -> inner.run(() -> {
                Racer.linger(200);
                Checkpoints.sleepForever();
            }));
            assertTrue(outer.absorbedCancellation());
            left.await();
            right.await();
        });
    }

    @Test
    void j10_shield_toggled_by_others_loses_no_interrupt_and_makes_none_from_outside() throws Exception {
        roundsInOneRun(number -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner").withShield();
            outer.cancel();
            left.go(() -> toggle(inner));
            right.go(() -> toggle(inner));
            outer.run(() -> {
                inner.run(() -> Racer.linger(300));
                awaitFlag("after the shield, round " + number);
                Thread.sleep(LONG);
            });
            assertTrue(outer.absorbedCancellation());
            left.await();
            right.await();
        });
    }

    private static void toggle(CancelScope scope) {
        for (int i = 0; i < 3; i++) {
            scope.setShielded(true);
            Racer.linger(30);
            scope.setShielded(false);
            Racer.linger(30);
        }
    }

    @Test
    void scope_may_be_given_a_deadline_by_others_at_any_moment() throws Exception {
        roundsInOneRun(number -> {
            CancelScope scope = new CancelScope();
            left.go(() -> {
                for (int i = 0; i < 20; i++) scope.setTimeout(LONG);
                scope.setTimeout(millis(0));
            });
            Racer.linger(100);
            scope.run(Checkpoints::sleepForever);
            left.await();
            assertFlags(scope, true, true);
        });
        assertEquals(0, scheduler.deadlines().size());
    }

    /// Trees of tasks that sleep, shield, fail to end in time and cancel each other at random.
    @Test
    void random_cancellation_leaves_nothing_behind() throws Exception {
        long seed = new Random().nextLong();
        var begun = new AtomicInteger();
        var ended = new AtomicInteger();
        rounds(number -> {
            if (number % 25 > 0) return;
            Random random = new Random(seed + number);
            VirtualClock clock = new VirtualClock();
            try (Scheduler virtual = Scheduler.builder().platform(clock).build()) {
                virtual.run("tree", () -> grow(random, 3, begun, ended));
                assertEquals(0, virtual.statistics().tasks(), "seed " + (seed + number));
                assertEquals(0, virtual.deadlines().size(), "seed " + (seed + number));
            }
            scheduler.run("tree", () -> grow(random, 3, begun, ended));
            assertEquals(begun.get(), ended.get(), "seed " + (seed + number));
        });
    }

    private static void grow(Random random, int depth, AtomicInteger begun, AtomicInteger ended) {
        Timeouts.moveOnAfter(RealTest.millis(random.nextInt(4)), () -> Nursery.run(nursery -> {
            int children = 1 + random.nextInt(4);
            for (int i = 0; i < children; i++) {
                Random own = new Random(random.nextLong());
                nursery.startSoon("child", () -> {
                    begun.incrementAndGet();
                    try {
                        act(own, depth, nursery, begun, ended);
                    } finally {
                        ended.incrementAndGet();
                    }
                });
            }
            Checkpoints.sleep(RealTest.millis(random.nextInt(3)));
        }));
    }

    private static void act(Random random, int depth, Nursery nursery, AtomicInteger begun,
            AtomicInteger ended) {
        switch (random.nextInt(5)) {
            case 0 -> nursery.scope().cancel();
            case 1 -> new CancelScope().withShield()
                    .run(() -> Checkpoints.sleep(RealTest.millis(random.nextInt(3))));
            case 2 -> Checkpoints.sleep(RealTest.millis(random.nextInt(5)));
            case 3 -> LockSupport.parkNanos(random.nextInt(100_000));
            default -> {
                if (depth > 0) grow(random, depth - 1, begun, ended);
            }
        }
    }
}
