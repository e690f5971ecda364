package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// J1 to J10: what only real threads can do. Each goes on for some hundred milliseconds, in as many rounds as
/// fit.
@Timeout(120)
class K_RacesOnTheJvmTest extends Scenarios {
    private static final long NANOS = Long.getLong("stress.millis", 300) * 1_000_000;
    private static final Duration LONG = Duration.ofSeconds(40);

    private final AtomicInteger stuck = new AtomicInteger();
    private final Scheduler scheduler = Scheduler.builder().instrument(new Instrument() {
        @Override
        public void taskStuck(Task<?> task, long nanos) {
            stuck.incrementAndGet();
        }
    }).build();

    @AfterEach
    void nothing_is_left_behind() {
        assertFalse(Thread.interrupted(), "flag left");
        assertEquals(0, scheduler.statistics().tasks());
        scheduler.close();
    }

    private interface Round {
        void go(int number) throws Exception;
    }

    private void rounds(Round round) throws Exception {
        scheduler.run("main", () -> roundsHere(round));
    }

    private static void roundsHere(Round round) throws Exception {
        long end = System.nanoTime() + NANOS;
        for (int number = 0; System.nanoTime() < end; number++) round.go(number);
    }

    private static void linger(int most) {
        for (int i = ThreadLocalRandom.current().nextInt(most + 1); i > 0; i--) Thread.onSpinWait();
    }

    @Test
    void j01_wait_is_either_unparked_or_cancelled_and_no_unpark_is_lost() throws Exception {
        ParkingLot lot = new ParkingLot();
        rounds(number -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            var over = new AtomicBoolean();
            Task<Integer> waker = nursery.startSoon("waker", () -> {
                int woken = 0;
                while (woken == 0 && !over.get())
                    woken = lot.unpark(1);
                return woken;
            });
            nursery.startSoon("canceller", () -> {
                linger(500);
                scope.cancel();
            });
            ScopeResult<Boolean> result = scope.call(() -> {
                lot.park();
                return true;
            });
            over.set(true);
            assertEquals(result.isCancelled() ? 0 : 1, waker.await(), "round " + number);
            assertEquals(0, lot.statistics().waiting());
        }));
    }

    @Test
    void j02_deadline_and_cancel_and_normal_end_have_one_winner() throws Exception {
        ParkingLot lot = new ParkingLot();
        rounds(number -> Nursery.run(nursery -> {
            CancelScope around = new CancelScope("around");
            var over = new AtomicBoolean();
            Task<Integer> waker = nursery.startSoon("waker", () -> {
                linger(2_000);
                int woken = 0;
                while (woken == 0 && !over.get())
                    woken = lot.unpark(1);
                return woken;
            });
            nursery.startSoon("canceller", () -> {
                linger(2_000);
                around.cancel();
            });
            String outcome;
            try {
                outcome = around.call(() -> Timeouts.failAfter(Duration.ofNanos(20_000), () -> {
                    lot.park();
                    return "value";
                })).orElseThrow();
            } catch (TooSlowException e) {
                outcome = "too slow";
            } catch (ScopeCancelledException e) {
                outcome = e.reason().source().name();
            }
            over.set(true);
            assertEquals(outcome.equals("value"), waker.await() == 1, "round " + number + ": " + outcome);
        }));
    }

    @Test
    void j03_task_that_was_started_has_ended_when_its_nursery_has() throws Exception {
        var late = new AtomicInteger();
        rounds(number -> {
            var begun = new AtomicInteger();
            var closed = new AtomicBoolean();
            var target = new AtomicReference<Nursery>();
            Nursery.run(outer -> {
                Task<Integer> spawner = outer.startSoon("spawner", () -> {
                    int accepted = 0;
                    while (target.get() == null)
                        Checkpoints.yieldNow();
                    try {
                        for (int i = 0; i < 20; i++) {
                            target.get().startSoon("child", () -> {
                                begun.incrementAndGet();
                                if (closed.get()) late.incrementAndGet();
                            });
                            accepted++;
                        }
                    } catch (IllegalStateException e) {
                        // closed by now
                    }
                    return accepted;
                });
                Nursery.run(nursery -> {
                    target.set(nursery);
                    nursery.startSoon("first", () -> linger(200));
                });
                closed.set(true);
                assertEquals(spawner.await(), begun.get(), "round " + number);
            });
        });
        assertEquals(0, late.get());
    }

    @Test
    void j04_interrupt_leaks_into_no_later_call_and_out_of_no_run() throws Exception {
        roundsHere(number -> {
            scheduler.run("run", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope();
                nursery.startSoon("canceller", () -> {
                    linger(300);
                    scope.cancel();
                });
                scope.run(() -> {
                    switch (number % 3) {
                        case 0 -> LockSupport.parkNanos(1_000);
                        case 1 -> Checkpoints.sleep(Duration.ofNanos(1_000));
                        default -> Thread.sleep(Duration.ofNanos(1_000));
                    }
                });
                assertFalse(Thread.currentThread().isInterrupted(), "flag outside its scope");
                Thread.sleep(0, 1_000); // would throw
            }));
            assertFalse(Thread.interrupted(), "flag outside its run");
        });
    }

    @Test
    void j05_code_that_swallows_its_interrupt_is_cancelled_at_the_next_checkpoint() throws Exception {
        rounds(number -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            nursery.startSoon("canceller", () -> {
                linger(300);
                scope.cancel();
            });
            scope.run(() -> {
                try {
                    Thread.sleep(LONG);
                } catch (InterruptedException e) {
                    // swallowed
                }
                Checkpoints.checkpoint();
                trail.add("not reached");
            });
            assertFlags(scope, true, true);
        }));
        assertTrue(trail.isEmpty());
    }

    @Test
    void j06_catch_exception_around_a_checkpoint_stops_no_cancellation() throws Exception {
        rounds(number -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            nursery.startSoon("canceller", () -> {
                linger(300);
                scope.cancel();
            });
            scope.run(() -> {
                while (true) {
                    try {
                        Checkpoints.sleep(LONG);
                    } catch (Exception e) {
                        trail.add("caught " + e);
                    }
                }
            });
            assertFlags(scope, true, true);
        }));
        assertTrue(trail.isEmpty());
    }

    @Test
    void j07_platform_thread_and_timer_cancel_from_outside() throws Exception {
        Timer timer = new Timer("outside", true);
        rounds(number -> {
            CancelScope scope = new CancelScope();
            if (number % 2 == 0) {
                Thread.ofPlatform().daemon().start(() -> scope.cancel("by a thread"));
            } else {
                timer.schedule(new TimerTask() {
                    @Override
                    public void run() {
                        scope.cancel("by a timer");
                    }
                }, 0);
            }
            scope.run(() -> {
                if (number % 4 < 2) Checkpoints.sleepForever();
                Thread.sleep(LONG);
            });
            assertFlags(scope, true, true);
            assertEquals(CancelReason.Source.EXPLICIT, scope.reason().source());
            assertEquals(null, scope.reason().task());
        });
        timer.cancel();
    }

    @Test
    void j08_task_that_waits_for_a_monitor_is_reported_as_stuck_and_awaited() throws Exception {
        Object monitor = new Object();
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Thread holder = Thread.ofPlatform().daemon().start(() -> {
            synchronized (monitor) {
                held.countDown();
                awaitQuietly(release);
            }
        });
        held.await();
        scheduler.run("main", () -> {
            Nursery.run(nursery -> {
                nursery.startSoon("stuck", () -> {
                    trail.add("begun");
                    synchronized (monitor) {
                        trail.add("got the monitor");
                    }
                });
                nursery.startSoon("canceller", () -> {
                    while (trail.isEmpty())
                        Checkpoints.yieldNow();
                    nursery.scope().cancel();
                    new CancelScope().withShield().run(() -> {
                        while (stuck.get() == 0)
                            Checkpoints.sleep(Duration.ofMillis(1));
                        release.countDown();
                    });
                });
            });
            trail.add("nursery ended");
        });
        holder.join();
        assertEquals("[begun, got the monitor, nursery ended]", trail.toString());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// A virtual thread's read is interrupted by closing its socket, so only what is in a shield keeps it.
    @Test
    void j08_socket_is_closed_by_a_cancellation_and_not_through_a_shield() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            scheduler.run("main", () -> {
                for (boolean shielded : new boolean[]{false, true}) {
                    try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                            Socket peer = server.accept()) {
                        CountDownLatch begun = new CountDownLatch(1);
                        Nursery.run(nursery -> {
                            nursery.startSoon("reader",
                                    () -> (shielded ? new CancelScope().withShield() : new CancelScope())
                                            .run(() -> {
                                                begun.countDown();
                                                trail.add("read " + client.getInputStream().read());
                                            }));
                            begun.await();
                            Checkpoints.sleep(Duration.ofMillis(20)); // usually it reads by then
                            nursery.scope().cancel();
                            if (shielded) {
                                LockSupport.parkNanos(20_000_000);
                                peer.getOutputStream().write(7);
                            }
                        });
                        assertEquals(!shielded, client.isClosed());
                    }
                }
            });
        }
        assertEquals("[read 7]", trail.toString());
    }

    @StructuredTest
    void j09_neither_settle_nor_a_jump_comes_while_a_task_is_in_foreign_code(VirtualClock clock) {
        for (int round = 0; round < 20; round++) {
            var settled = new AtomicBoolean();
            double start = time(clock);
            Nursery.run(nursery -> {
                nursery.startSoon("sleeper", () -> sleep(1));
                nursery.startSoon("settler", () -> {
                    clock.settle();
                    settled.set(true);
                });
                nursery.startSoon("foreign", () -> {
                    Thread.sleep(5);
                    assertEquals(start, time(clock));
                    assertFalse(settled.get());
                });
            });
            assertTrue(settled.get());
            assertEquals(start + 1, time(clock));
        }
    }

    @Test
    void j10_shield_that_others_toggle_loses_no_cancellation() throws Exception {
        rounds(number -> Nursery.run(nursery -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner").withShield();
            outer.cancel();
            nursery.startSoon("toggler", () -> {
                for (int i = 0; i < 3; i++) {
                    inner.setShielded(true);
                    linger(50);
                    inner.setShielded(false);
                    linger(50);
                }
            });
            outer.run(() -> inner.run(() -> {
                linger(200);
                if (number % 2 == 0) Checkpoints.sleepForever();
                Thread.sleep(LONG);
            }));
            assertFlags(outer, true, true);
        }));
    }

    @Test
    void j10_quiet_shield_lets_nothing_in_however_often_it_was_lowered() throws Exception {
        rounds(number -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner");
            outer.run(() -> inner.run(() -> {
                outer.cancel();
                for (int i = 0; i < 3; i++) {
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                    inner.setShielded(true);
                    Checkpoints.sleep(Duration.ofNanos(100));
                    assertFalse(Thread.currentThread().isInterrupted());
                    inner.setShielded(false);
                }
                Checkpoints.checkpoint();
            }));
            assertFlags(outer, true, true);
        });
    }
}
