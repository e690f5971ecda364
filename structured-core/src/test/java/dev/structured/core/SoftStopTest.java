package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A soft stop, of a scope or of the whole scheduler: which tasks are told, and which are cancelled at once.
class SoftStopTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    private void idle(String name) {
        CancelScope scope = new CancelScope(name).asIdle();
        scope.run(Checkpoints::sleepForever);
        trail.add(name + " at " + time() + " by " + scope.reason().source());
    }

    @Nested
    class FirstPhase {
        @Test
        void says_so_inside_the_scope_and_nowhere_else() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope("scope");
                scope.run(() -> {
                    assertFalse(Checkpoints.isStopRequested());
                    scope.requestStop(seconds(10));
                    assertTrue(Checkpoints.isStopRequested());
                    Nursery.run(inner -> inner.startSoon("child",
                            () -> assertTrue(Checkpoints.isStopRequested())));
                    Task<?> outside = nursery.startSoon("outside",
                            () -> assertFalse(Checkpoints.isStopRequested()));
                    outside.await();
                    sleep(9);
                });
                assertFalse(Checkpoints.isStopRequested());
                assertFlags(scope, false, false);
            }));
            assertEquals(9, time());
        }

        @Test
        void cancels_what_is_idle_at_once_and_nothing_else() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope("scope");
                scope.run(() -> Nursery.run(nursery -> {
                    nursery.startSoon("accept", () -> idle("accept"));
                    nursery.startSoon("busy", () -> {
                        sleep(3);
                        trail.add("busy at " + time());
                    });
                    sleep(1);
                    scope.requestStop(seconds(10));
                }));
                assertFlags(scope, false, false);
            });
            assertEquals(List.of("accept at 1.0 by SHUTDOWN", "busy at 3.0"), trail);
        }

        @Test
        void idle_scope_that_is_entered_later_is_cancelled_at_its_first_checkpoint() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope("scope");
                scope.run(() -> {
                    scope.requestStop(seconds(10));
                    CancelScope accept = new CancelScope("accept").asIdle();
                    accept.run(() -> {
                        trail.add("entered");
                        Checkpoints.checkpoint();
                        trail.add("not reached");
                    });
                    assertFlags(accept, true, true);
                });
            });
            assertEquals(List.of("entered"), trail);
        }

        @Test
        void scope_that_is_idle_itself_may_be_asked() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope("idle").asIdle();
                scope.run(() -> {
                    scope.requestStop(seconds(10));
                    Checkpoints.checkpoint();
                    trail.add("not reached");
                });
                assertFlags(scope, true, true);
            });
            assertEquals(List.of(), trail);
            assertEquals(0, time());
        }

        @Test
        void shield_hides_it() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope("scope");
                scope.run(() -> {
                    CancelScope shield = new CancelScope("shield").withShield();
                    shield.run(() -> {
                        scope.requestStop(seconds(2));
                        assertFalse(Checkpoints.isStopRequested());
                        CancelScope inner = new CancelScope("inner").asIdle();
                        inner.run(() -> sleep(1));
                        assertFlags(inner, false, false);
                        shield.setShielded(false);
                        assertTrue(Checkpoints.isStopRequested());
                    });
                });
            });
            assertEquals(1, time());
        }

        @Test
        void idle_in_a_shield_is_cancelled_when_the_shield_goes() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope("scope");
                CancelScope shield = new CancelScope("shield").withShield();
                nursery.startSoon("idle", () -> scope.run(() -> shield.run(() -> idle("accept"))));
                sleep(1);
                scope.requestStop(seconds(10));
                sleep(1);
                shield.setShielded(false);
            }));
            assertEquals(List.of("accept at 2.0 by SHUTDOWN"), trail);
        }

        @Test
        void scope_is_idle_from_its_entry_or_never() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope("scope");
                scope.run(() -> {
                    var refused = assertThrows(IllegalStateException.class, scope::asIdle);
                    assertTrue(refused.getMessage().contains("say that it is idle before"),
                            refused.getMessage());
                });
            });
        }

        @Test
        void loop_that_takes_on_work_ends_and_what_it_has_in_hand_is_finished() {
            scheduler.run("main", () -> {
                CancelScope server = new CancelScope("server");
                server.run(() -> Nursery.run(nursery -> {
                    nursery.startSoon("accept loop", () -> {
                        for (int i = 0;; i++) {
                            int number = i;
                            ScopeResult<Integer> next = new CancelScope("accept").asIdle().call(() -> {
                                sleep(2);
                                return number;
                            });
                            if (next.isCancelled()) break;
                            nursery.startSoon("connection", () -> {
                                sleep(3);
                                trail.add("served " + number + " at " + time());
                            });
                        }
                        trail.add("accept loop ends at " + time());
                    });
                    sleep(5);
                    server.requestStop(seconds(60));
                }));
                assertFlags(server, false, false);
            });
            assertEquals(List.of("served 0 at 5.0", "accept loop ends at 5.0", "served 1 at 7.0"),
                    trail.stream().sorted(java.util.Comparator.comparing(line -> line.endsWith("7.0")
                            ? "z"
                            : line.startsWith("served") ? "a" : "b")).toList());
        }
    }

    @Nested
    class OfTheScheduler {
        @Test
        void asks_all_runs_and_refuses_new_ones_and_does_not_wait() throws Exception {
            var asked = new AtomicReference<Boolean>();
            ParkingLot lot = new ParkingLot();
            Thread run = Thread.ofPlatform().start(() -> scheduler.run("main", () -> {
                new CancelScope("idle").asIdle().run(lot::park);
                asked.set(Checkpoints.isStopRequested());
            }));
            RealTest.spinUntil(() -> lot.statistics().waiting() == 1);
            scheduler.requestStop(seconds(100));
            assertThrows(SchedulerClosedException.class, () -> scheduler.run("late", () -> {}));
            run.join();
            assertEquals(true, asked.get());
            assertEquals(0, time());
        }

        @Test
        void cancels_the_rest_when_the_grace_is_over() throws Exception {
            var thrown = new AtomicReference<ScopeCancelledException>();
            ParkingLot lot = new ParkingLot();
            Thread run = Thread.ofPlatform()
                    .start(() -> thrown.set(assertThrows(ScopeCancelledException.class,
                            () -> scheduler.run("main", lot::park))));
            RealTest.spinUntil(
                    () -> lot.statistics().waiting() == 1 && run.getState() == Thread.State.WAITING);
            scheduler.requestStop(seconds(3));
            clock.jump(seconds(4));
            run.join();
            assertEquals(CancelReason.Source.SHUTDOWN, thrown.get().reason().source());
        }

        @Test
        void may_be_asked_by_one_of_its_tasks() {
            scheduler.run("main", () -> {
                scheduler.requestStop(seconds(1));
                assertTrue(Checkpoints.isStopRequested());
                sleep(0.5);
            });
            assertThrows(SchedulerClosedException.class, () -> scheduler.run("late", () -> {}));
        }

        @Test
        void system_tasks_are_asked_too_and_stopped_at_the_roots_end() {
            scheduler.run("main", () -> {
                SystemTasks.startSoon("acceptor", () -> idle("acceptor"));
                SystemTasks.startSoon("flusher", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        assertTrue(Checkpoints.isStopRequested());
                        trail.add("flusher ends at " + time());
                    }
                });
                sleep(1);
                scheduler.requestStop(seconds(10));
                sleep(2);
                trail.add("root ends");
            });
            assertEquals(List.of("acceptor at 1.0 by SHUTDOWN", "root ends", "flusher ends at 3.0"), trail);
        }

        @Test
        void end_of_the_grace_leaves_system_tasks_to_the_roots_cleanup() {
            assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
                SystemTasks.startSoon("flusher", () -> {
                    assertEquals(Deadline.NEVER, Checkpoints.effectiveDeadline());
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        trail.add("flusher ends at " + time());
                    }
                });
                scheduler.requestStop(seconds(1));
                try {
                    Checkpoints.sleepForever();
                } finally {
                    Cleanup.run(seconds(9), () -> sleep(2));
                }
            }));
            assertEquals(List.of("flusher ends at 3.0"), trail);
        }

        @Test
        void posts_are_asked_too() {
            scheduler.run("main", () -> {
                RunEntry entry = RunEntry.open();
                ParkingLot lot = new ParkingLot();
                entry.post(() -> trail.add("asked: " + Checkpoints.isStopRequested()));
                entry.post(() -> scheduler.requestStop(seconds(10)));
                entry.post(() -> trail.add("asked: " + Checkpoints.isStopRequested()));
                entry.post(lot::unparkAll);
                while (lot.parkIf(() -> trail.size() < 2)) {}
            });
            assertEquals(List.of("asked: false", "asked: true"), trail);
        }

        @Test
        void the_shared_one_cannot_be_asked() {
            assertThrows(IllegalStateException.class, () -> Scheduler.shared().requestStop(seconds(1)));
        }

        @Test
        void close_with_a_grace_asks_first() throws Exception {
            ParkingLot lot = new ParkingLot();
            Thread run = Thread.ofPlatform().start(() -> scheduler.run("main",
                    () -> new CancelScope("idle").asIdle().run(lot::park)));
            RealTest.spinUntil(() -> lot.statistics().waiting() == 1);
            scheduler.close(seconds(100));
            run.join();
            assertEquals(0, time());
        }
    }

    /// Many rounds with two threads: idle scopes that are entered while a stop is requested are cancelled,
    /// every one.
    @Test
    void idle_scopes_and_a_request_race_to_an_end() throws Exception {
        try (Scheduler real = Scheduler.open()) {
            long end = System.nanoTime() + 300_000_000L;
            while (System.nanoTime() < end) {
                real.run("main", () -> {
                    CancelScope scope = new CancelScope("scope");
                    scope.run(() -> Nursery.run(nursery -> {
                        nursery.startSoon("asker", () -> scope.requestStop(RealTest.LONG));
                        nursery.startSoon("idler", () -> {
                            while (!new CancelScope("idle").asIdle().call(() -> {
                                Checkpoints.sleep(RealTest.millis(0));
                                return true;
                            }).isCancelled()) {}
                        });
                        new CancelScope("idle").asIdle().run(Checkpoints::sleepForever);
                    }));
                    assertFlags(scope, false, false);
                });
            }
        }
    }
}
