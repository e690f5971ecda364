package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The numbers are those of the scenarios that the design lists.
class VirtualClockTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    @Test
    void sleepers_wake_at_their_times_and_in_their_order() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (int i : List.of(5, 1, 4, 2, 3)) {
                nursery.startSoon("s" + i, () -> {
                    sleep(i);
                    trail.add(i + " at " + time());
                });
            }
        }));
        assertEquals(List.of("1 at 1.0", "2 at 2.0", "3 at 3.0", "4 at 4.0", "5 at 5.0"), trail);
    }

    @Test
    void a_thousand_tasks_agree_on_the_time() {
        var wrong = new AtomicInteger();
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (int i = 0; i < 1_000; i++) {
                int pause = 1 + i % 7;
                nursery.startSoon("s" + i, () -> {
                    for (int lap = 1; lap <= 5; lap++) {
                        sleep(pause);
                        if (time() != lap * pause) wrong.incrementAndGet();
                    }
                });
            }
        }));
        assertEquals(0, wrong.get());
        assertEquals(35, time());
    }

    @Test
    void jump_inside_a_task_is_noticed_by_the_others_at_the_next_checkpoint() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("sleeper", () -> {
                sleep(3);
                trail.add("woken at " + time());
            });
            clock.settle();
            clock.jump(seconds(4));
            assertEquals(4, time());
            clock.settle();
            trail.add("settled at " + time());
        }));
        assertEquals(List.of("woken at 4.0", "settled at 4.0"), trail);
    }

    /// J9
    @Test
    void time_stands_still_while_a_task_is_in_foreign_code() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var settled = new AtomicBoolean();
            var foreign = new CountDownLatch(1);
            nursery.startSoon("sleeper", () -> {
                sleep(1);
                trail.add("slept");
            });
            nursery.startSoon("settler", () -> {
                clock.settle();
                settled.set(true);
            });
            nursery.startSoon("foreign", () -> {
                while (nursery.scope().owner() == null || scheduler.deadlines().size() == 0)
                    Thread.onSpinWait();
                for (int i = 0; i < 1_000; i++) RealTest.giveWay();
                trail.add("foreign code ends at " + time() + (settled.get() ? " settled" : ""));
                foreign.countDown();
            });
            foreign.await(); // foreign code too
        }));
        assertEquals(List.of("foreign code ends at 0.0", "slept"), trail);
    }

    /// J9
    @Test
    void time_stands_still_while_a_foreign_thread_works() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var settled = new AtomicBoolean();
            var ended = new AtomicBoolean();
            ParkingLot lot = new ParkingLot("the foreign thread");
            nursery.startSoon("sleeper", () -> {
                sleep(1);
                trail.add("slept");
            });
            nursery.startSoon("settler", () -> {
                clock.settle();
                settled.set(true);
            });
            clock.startForeign("foreign", () -> {
                while (scheduler.deadlines().size() == 0 || scheduler.statistics().waitingTasks() < 3)
                    Thread.onSpinWait();
                for (int i = 0; i < 1_000; i++) RealTest.giveWay();
                trail.add("foreign thread ends at " + time() + (settled.get() ? " settled" : ""));
                ended.set(true);
                lot.unparkAll();
            });
            lot.parkIf(() -> !ended.get());
        }));
        assertEquals(List.of("foreign thread ends at 0.0", "slept"), trail);
    }

    @Test
    void time_passes_while_a_foreign_thread_is_parked() {
        var foreign = new AtomicReference<Thread>();
        scheduler.run("main", () -> {
            clock.startForeign("foreign", () -> {
                foreign.set(Thread.currentThread());
                clock.park("something");
                trail.add("foreign thread goes on at " + time());
            });
            sleep(2);
            clock.unpark(foreign.get());
            sleep(1);
        });
        assertEquals(List.of("foreign thread goes on at 2.0"), trail);
    }

    @Test
    void thread_that_is_adopted_twice_is_given_back_once() {
        scheduler.run("main", () -> {
            clock.startForeign("foreign", () -> {
                clock.adopt();
                clock.unpark(Thread.currentThread());
                clock.park("a permit");
                clock.release();
                clock.unpark(Thread.currentThread());
                clock.park("a permit"); // still one of the clock's
                trail.add("parked twice at " + time());
            });
            sleep(1);
        });
        assertEquals(List.of("parked twice at 0.0"), trail);
    }

    @Test
    void unpark_before_a_park_is_kept_for_it() {
        clock.adopt();
        try {
            clock.unpark(Thread.currentThread());
            clock.park(this); // returns at once
        } finally {
            clock.release();
        }
    }

    @Test
    void interrupt_from_outside_wakes_a_thread_that_is_parked() throws InterruptedException {
        var thrown = new AtomicReference<Throwable>();
        Thread run = Thread.ofPlatform().start(() -> {
            try {
                scheduler.run("main", Checkpoints::sleepForever);
            } catch (ScopeCancelledException e) {
                thrown.set(e);
            }
        });
        RealTest.spinUntil(() -> run.getState() == Thread.State.WAITING);
        run.interrupt();
        run.join();
        RealTest.assertInterruptedFromOutside(thrown.get());
    }

    @Nested
    class Settling {
        @Test
        void s108_cancelled_settle_throws() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    assertThrows(Cancelled.class, clock::settle);
                });
                Nursery.run(nursery -> {
                    var spin = new AtomicBoolean(true);
                    nursery.startSoon("busy", () -> {
                        while (spin.get())
                            Thread.onSpinWait();
                    });
                    CancelScope limit = new CancelScope();
                    Thread canceller = Thread.ofPlatform().start(() -> {
                        while (limit.owner() == null)
                            Thread.onSpinWait();
                        limit.cancel();
                    });
                    limit.run(clock::settle);
                    assertFlags(limit, true, true);
                    spin.set(false);
                    canceller.join();
                });
            });
        }

        @Test
        void settle_comes_before_any_jump() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.startSoon("sleeper", () -> sleep(1));
                for (int i = 0; i < 100; i++) {
                    clock.settle();
                    assertEquals(0, time());
                }
            }));
            assertEquals(1, time());
        }

        @Test
        void settle_needs_a_task() {
            assertThrows(IllegalStateException.class, clock::settle);
        }
    }

    @Nested
    class Manual {
        private final VirtualClock hand = VirtualClock.manual();

        @Test
        void manual_clock_moves_only_when_told() {
            try (Scheduler byHand = Scheduler.builder().platform(hand).build()) {
                byHand.run("main", () -> Nursery.run(nursery -> {
                    Task<?> sleeper = nursery.startSoon("sleeper", () -> sleep(3));
                    for (int second = 1; second <= 3; second++) {
                        hand.settle();
                        assertFalse(sleeper.isDone());
                        assertEquals(second - 1, hand.now().toSeconds());
                        hand.jump(Duration.ofSeconds(1));
                    }
                    sleeper.await();
                    assertEquals(3, hand.now().toSeconds());
                }));
            }
        }

        @Test
        void jump_from_outside_wakes_at_once() throws InterruptedException {
            try (Scheduler byHand = Scheduler.builder().platform(hand).build()) {
                Thread run = Thread.ofPlatform().start(() -> byHand.run("main", () -> sleep(3)));
                while (byHand.deadlines().size() == 0 || run.getState() != Thread.State.WAITING)
                    Thread.onSpinWait();
                hand.jump(Duration.ofSeconds(2));
                assertTrue(run.isAlive());
                hand.jump(Duration.ofSeconds(1));
                run.join();
                assertEquals(3, hand.now().toSeconds());
            }
        }

        @Test
        void jump_by_a_task_that_ends_after_it_wakes_the_others() {
            try (Scheduler byHand = Scheduler.builder().platform(hand).build()) {
                byHand.run("main", () -> Nursery.run(nursery -> {
                    nursery.startSoon("sleeper", () -> sleep(3));
                    hand.settle();
                    nursery.startSoon("jumper", () -> hand.jump(Duration.ofSeconds(5)));
                }));
            }
            assertEquals(5, hand.now().toSeconds());
        }
    }

    /// The clock stands still while foreign code runs; what wakes that cannot wait for it.
    @Test
    void foreign_code_that_swallows_an_interrupt_is_interrupted_again() {
        var blocks = new CountDownLatch(1);
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("stubborn", () -> {
                blocks.countDown();
                for (int interrupts = 0; interrupts < 3;) {
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                    } catch (InterruptedException swallowed) {
                        interrupts++;
                    }
                }
            });
            blocks.await();
            nursery.scope().cancel();
        }));
        assertEquals(Duration.ZERO, clock.now());
    }

    @Test
    void alarm_that_throws_does_not_stop_the_time() {
        Platform.Alarm alarm = clock.alarm(() -> {
            throw new IllegalStateException("of the alarm");
        });
        alarm.set(seconds(1).toNanos());
        scheduler.run("main", () -> {
            sleep(2);
            sleep(2);
        });
        alarm.close();
        assertEquals(seconds(4), clock.now());
    }

    @Test
    void jump_beyond_all_time_goes_to_its_end() {
        CancelScope limit = new CancelScope().withTimeout(Duration.ofDays(365));
        scheduler.run("main", () -> {
            limit.run(() -> {
                clock.jump(Duration.ofSeconds(Long.MAX_VALUE));
                clock.jump(Duration.ofSeconds(1));
                sleep(1);
            });
            assertFlags(limit, true, true);
            // Nothing that is set for no time has come.
            assertFalse(Checkpoints.isCancelled());
            assertTrue(Timeouts.moveOnAfter(Duration.ZERO, Checkpoints::sleepForever).isCancelled());
        });
        assertEquals(Duration.ofNanos(Long.MAX_VALUE - 1), clock.now());
    }
}
