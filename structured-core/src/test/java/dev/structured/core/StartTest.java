package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The protocol of `Nursery.start`; the numbered cases are among the scenarios.
class StartTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// Sleeps until cancelled, and notes when and why that was.
    private void sleeper(String name) {
        try {
            Checkpoints.sleepForever();
        } catch (Cancelled c) {
            trail.add(name + " stopped at " + time() + " by " + c.reason().source());
            throw c;
        }
    }

    @Test
    void value_may_be_null_and_may_be_left_out() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            assertNull(nursery.<String, RuntimeException>start("null", status -> status.started(null)));
            nursery.startUntilReady("none", TaskStatus::started);
        }));
    }

    @Test
    void checked_exception_comes_out_as_itself_and_the_nursery_goes_on() {
        IOException disk = new IOException("disk");
        scheduler.run("main", () -> Nursery.run(nursery -> {
            assertSame(disk,
                    assertThrows(IOException.class, () -> nursery.startUntilReady("bad", _ -> {
                        throw disk;
                    })));
            assertFalse(nursery.scope().isCancelled());
            nursery.startSoon("good", () -> sleep(1)).await();
        }));
    }

    @Test
    void failure_after_it_was_ready_is_the_nurserys() {
        var failure = assertThrows(NurseryFailedException.class,
                () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                    assertEquals("ready", nursery.<String, IOException>start("late", status -> {
                        status.started("ready");
                        sleep(1);
                        throw new IOException("late");
                    }));
                    sleeper("block");
                })));
        assertEquals("late", failure.leaves().getFirst().getMessage());
        assertEquals(List.of("block stopped at 1.0 by CHILD_FAILED"), trail);
    }

    /// Whatever is ready first: a failure just behind it is never lost, nor told twice.
    @Test
    void failure_right_behind_it_is_the_nurserys() {
        for (int i = 0; i < 500; i++) {
            var failure = assertThrows(NurseryFailedException.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startUntilReady("late", status -> {
                            status.started();
                            throw new IOException("late");
                        });
                    })));
            assertEquals(1, failure.leaves().size());
        }
    }

    @Test
    void task_that_waits_to_be_ready_is_one_live_task() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startUntilReady("slow", status -> {
                assertEquals(2, scheduler.statistics().tasks());
                status.started();
                assertEquals(2, scheduler.statistics().tasks());
            });
        }));
    }

    @Test
    void task_locals_come_from_the_caller() {
        TaskLocal<String> local = new TaskLocal<>("local", "initial");
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<String> caller = nursery.startSoon("caller", () -> {
                local.set("caller's");
                return nursery.<String, RuntimeException>start("child",
                        status -> status.started(local.get()));
            });
            assertEquals("caller's", caller.await());
        }));
    }

    @Test
    void status_may_be_handed_to_another_task() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            assertEquals("by the grandchild", nursery.<String, RuntimeException>start("child", status -> {
                Nursery.run(inner -> inner.startSoon("grandchild", () -> {
                    sleep(1);
                    status.started("by the grandchild");
                    sleep(1);
                }));
            }));
            assertEquals(1, time());
        }));
        assertEquals(2, time());
    }

    @Test
    void status_of_a_task_that_has_ended_is_refused() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var kept = new AtomicReference<TaskStatus<String>>();
            assertThrows(IllegalStateException.class,
                    () -> nursery.<String, RuntimeException>start("ended", kept::set));
            assertThrows(IllegalStateException.class, () -> kept.get().started("late"));
            String value = nursery.start("moved", (TaskStatus<String> status) -> {
                kept.set(status);
                status.started("first");
            });
            assertEquals("first", value);
            assertThrows(IllegalStateException.class, () -> kept.get().started("second"));
        }));
    }

    @Test
    void task_of_another_run_may_not_start_one_here() throws InterruptedException {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            var refused = new AtomicReference<Throwable>();
            Thread other = Thread.ofPlatform().start(() -> scheduler.run("other",
                    () -> refused.set(assertThrows(IllegalStateException.class,
                            () -> nursery.startUntilReady("no", TaskStatus::started)))));
            other.join();
            assertTrue(refused.get().getMessage().contains("another run"), refused.get().getMessage());
        }));
    }

    @Test
    void start_is_a_schedule_point_and_no_cancel_point_by_itself() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                Task.Statistics before = Task.current().statistics();
                nursery.startUntilReady("child", TaskStatus::started);
                assertEquals(before.cancelPoints(), Task.current().statistics().cancelPoints());
                assertTrue(Task.current().statistics().schedulePoints() > before.schedulePoints());
            });
            assertFlags(scope, true, false);
        }));
    }

    @Nested
    class CancellationOfTheCaller {
        @Test
        void stops_the_task_and_comes_out_of_start() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(1));
                scope.run(() -> {
                    nursery.startUntilReady("slow", _ -> sleeper("slow"));
                    trail.add("not reached");
                });
                assertFlags(scope, true, true);
                assertFalse(nursery.scope().isCancelled());
            }));
            assertEquals(List.of("slow stopped at 1.0 by DEADLINE"), trail);
        }

        @Test
        void waits_for_the_tasks_cleanup() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                Timeouts.moveOnAfter(seconds(1), () -> {
                    nursery.startUntilReady("slow", _ -> {
                        try {
                            sleeper("slow");
                        } finally {
                            Cleanup.run(seconds(9), () -> sleep(2));
                        }
                    });
                });
                assertEquals(3, time());
            }));
        }

        @Test
        void failure_of_its_cleanup_comes_out_of_start() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(1));
                var thrown = assertThrows(IOException.class, () -> scope.run(() -> {
                    nursery.startUntilReady("slow", _ -> {
                        try {
                            sleeper("slow");
                        } finally {
                            fail();
                        }
                    });
                }));
                assertEquals("cleanup", thrown.getMessage());
                assertFlags(scope, true, false);
            }));
        }

        private static void fail() throws IOException {
            throw new IOException("cleanup");
        }

        @Test
        void task_that_is_ready_after_it_stays_and_is_stopped() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    nursery.startUntilReady("child", status -> {
                        scope.cancel();
                        status.started();
                        sleeper("child");
                    });
                    trail.add("not reached");
                });
                assertFlags(scope, true, true);
            }));
            assertEquals(List.of("child stopped at 0.0 by EXPLICIT"), trail);
        }

        @Test
        void after_it_was_ready_does_not_reach_the_task() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    nursery.startUntilReady("child", status -> {
                        status.started();
                        sleep(2);
                        trail.add("child ends at " + time());
                    });
                    scope.cancel();
                    Checkpoints.checkpoint();
                });
                assertFlags(scope, true, true);
            }));
            assertEquals(List.of("child ends at 2.0"), trail);
        }

        @Test
        void deadline_of_the_caller_is_seen_until_the_task_is_ready() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                Timeouts.failAfter(seconds(5), () -> {
                    nursery.startUntilReady("child", status -> {
                        assertEquals(at(5), Checkpoints.effectiveDeadline());
                        status.started();
                        assertEquals(Deadline.NEVER, Checkpoints.effectiveDeadline());
                    });
                });
            }));
        }

        @Test
        void shield_of_the_caller_holds_until_the_task_is_ready_and_no_longer() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                outer.run(() -> Nursery.run(nursery -> {
                    outer.cancel();
                    Nursery.run("other", other -> {
                        other.scope().setShielded(true);
                        assertThrows(ScopeCancelledException.class, () -> new CancelScope().withShield()
                                .run(() -> nursery.startUntilReady("child",
                                        _ -> sleeper("child"))));
                    });
                }));
            });
            // It is in a nursery that is cancelled, whatever shields its caller.
            assertEquals(List.of("child stopped at 0.0 by EXPLICIT"), trail);
        }
    }

    @Nested
    class CancellationOfTheNursery {
        @Test
        void reaches_a_task_that_is_not_ready() {
            scheduler.run("main", () -> Nursery.run("outer", outer -> {
                var target = new AtomicReference<Nursery>();
                outer.startSoon("target", () -> Nursery.run("target", nursery -> {
                    target.set(nursery);
                    sleep(1);
                    nursery.scope().cancel("enough");
                }));
                clock.settle();
                var stopped = assertThrows(ScopeCancelledException.class,
                        () -> target.get().startUntilReady("slow", _ -> sleeper("slow")));
                assertEquals("enough", stopped.reason().text());
            }));
            assertEquals(List.of("slow stopped at 1.0 by EXPLICIT"), trail);
        }

        /// The cancellation that travels in a group is the nursery's, which nothing around the caller can
        /// absorb.
        @Test
        void comes_out_of_start_in_no_group() {
            CancelScope later = new CancelScope("later");
            scheduler.run("main", () -> Nursery.run("outer", outer -> {
                var target = new AtomicReference<Nursery>();
                outer.startSoon("target", () -> Nursery.run("target", nursery -> {
                    target.set(nursery);
                    sleep(1);
                    nursery.scope().cancel();
                }));
                clock.settle();
                assertThrows(NurseryFailedException.class, () -> later.run(() -> {
                    try {
                        target.get().startUntilReady("child", _ -> Nursery.run(inner -> {
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                CancellationOfTheCaller.fail();
                            }
                        }));
                    } finally {
                        later.cancel();
                    }
                }));
            }));
            assertFlags(later, true, false);
        }

        @Test
        void stops_what_the_task_has_started_already() {
            scheduler.run("main", () -> Nursery.run("outer", outer -> {
                CancelScope shield = new CancelScope().withShield();
                outer.startSoon("caller", () -> shield.run(() -> {
                    outer.startUntilReady("child", status -> Nursery.run(inner -> {
                        inner.startSoon("grandchild", () -> sleeper("grandchild"));
                        sleep(1);
                        status.started();
                        Checkpoints.sleepForever();
                    }));
                }));
                sleep(5);
                outer.scope().cancel();
            }));
            assertEquals(List.of("grandchild stopped at 5.0 by EXPLICIT"), trail);
        }

        @Test
        void task_still_begins_and_runs_to_its_first_checkpoint() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.scope().cancel();
                new CancelScope().withShield().run(() -> {
                    assertEquals("v",
                            nursery.<String, RuntimeException>start("quick", status -> status.started("v")));
                });
            }));
        }
    }
}
