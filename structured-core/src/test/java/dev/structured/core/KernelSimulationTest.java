package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The operations of the kernel against each other, in a thousand different orders each. One thread runs at a
/// time, so the tests' own state needs no locks. The labels J1 to J10 are those of the design.
///
/// What [Simulation] checks after each seed by itself is not asserted here again: no deadlock, no run, task,
/// deadline or flag left behind.
class KernelSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    private static void checkpoints(int count) {
        for (int i = 0; i < count; i++) Checkpoints.checkpoint();
    }

    /* --- Nurseries --- */

    @Test
    void what_children_throw_comes_out_and_nothing_else() {
        check(simulation -> {
            List<Exception> thrown = new ArrayList<>();
            int[] live = {0};
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> simulation.run(() -> Nursery.run(nursery -> {
                        for (String name : List.of("a", "b")) {
                            nursery.startSoon(name, () -> live(live, () -> {
                                Checkpoints.checkpoint();
                                thrown.add(new IOException(name));
                                throw thrown.getLast();
                            }));
                        }
                        nursery.startSoon("sleeper", () -> live(live, Checkpoints::sleepForever));
                        checkpoints(simulation.random().nextInt(3));
                        if (simulation.random().nextBoolean()) Checkpoints.sleepForever();
                    })));
            assertEquals(0, live[0], "a child outlived its nursery");
            assertEquals(new HashSet<>(thrown), new HashSet<>(failure.failures()));
            assertNull(failure.cancelled());
        });
    }

    private static void live(int[] count, Body<Exception> body) throws Exception {
        count[0]++;
        try {
            body.run();
        } finally {
            count[0]--;
        }
    }

    @Test
    void failing_block_stops_its_children_and_late_failures_count() {
        check(simulation -> {
            int[] live = {0};
            IOException first = new IOException("block");
            IOException late = new IOException("cleanup");
            boolean[] cleaned = {false};
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> simulation.run(() -> Nursery.run(nursery -> {
                        nursery.startSoon("sleeper", () -> live(live, Checkpoints::sleepForever));
                        nursery.startSoon("cleaner", () -> live(live, () -> {
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                cleaned[0] = true;
                                throwIt(late);
                            }
                        }));
                        checkpoints(2);
                        throw first;
                    })));
            assertEquals(0, live[0]);
            assertTrue(cleaned[0], "a child was not run");
            assertEquals(List.of(first, late), failure.failures());
            assertSame(first, failure.getCause());
        });
    }

    private static void throwIt(Exception e) throws Exception {
        throw e;
    }

    @Test
    void j3_task_started_while_the_nursery_ends_runs_inside_it_or_is_refused() {
        check(simulation -> {
            int[] live = {0};
            int[] accepted = {0};
            int[] ran = {0};
            boolean[] closed = {false};
            Nursery[] inner = {null};
            simulation.run(() -> Nursery.run(outer -> {
                for (int i = 0; i < 2; i++) {
                    outer.startSoon("spawner", () -> {
                        checkpoints(simulation.random().nextInt(4));
                        if (inner[0] == null) return;
                        try {
                            inner[0].startSoon("late", () -> {
                                ran[0]++;
                                assertFalse(closed[0], "runs in a nursery that has ended");
                                live(live, Checkpoints::checkpoint);
                            });
                            accepted[0]++;
                        } catch (IllegalStateException e) {
                            assertTrue(e.getMessage().contains("is closed"), e.getMessage());
                        }
                    });
                }
                Nursery.run("inner", nursery -> {
                    inner[0] = nursery;
                    nursery.startSoon("child", Checkpoints::checkpoint);
                });
                assertEquals(0, live[0], "outlived its nursery");
                closed[0] = true;
            }));
            assertEquals(accepted[0], ran[0]);
        });
    }

    @Test
    void child_starts_children_while_its_nursery_waits_for_it() {
        check(simulation -> {
            int[] ran = {0};
            CancelScope scope = new CancelScope();
            if (simulation.random().nextBoolean()) simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> nursery.startSoon("first",
                    () -> nursery.startSoon("second", () -> nursery.startSoon("third", () -> ran[0]++))))));
            assertEquals(1, ran[0], "even a cancelled nursery starts what it is given");
        });
    }

    @Test
    void j2_value_of_a_block_is_lost_only_to_a_cancellation_before_its_last_childs_end() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            boolean[] closedFirst = {false};
            Nursery[] nurseries = {null};
            simulation.thread("canceller", () -> {
                closedFirst[0] = nurseries[0] != null && nurseries[0].toString().endsWith("CLOSED]");
                scope.cancel();
            });
            simulation.run(() -> {
                ScopeResult<String> result = scope.call(() -> Nursery.call(nursery -> {
                    nurseries[0] = nursery;
                    nursery.startSoon("child", Checkpoints::checkCancelled);
                    return "value";
                }));
                if (closedFirst[0]) assertFalse(result.isCancelled());
                assertEquals(result.isCancelled(), scope.absorbedCancellation());
            });
        });
    }

    @Test
    void instruments_are_told_of_each_start_and_end() {
        check(simulation -> {
            List<Task<?>> started = new ArrayList<>();
            List<Task<?>> ended = new ArrayList<>();
            Scheduler scheduler = Scheduler.builder().platform(simulation.platform())
                    .instrument(new Instrument() {
                        @Override
                        public void taskStarted(Task<?> task) {
                            started.add(task);
                        }

                        @Override
                        public void taskEnded(Task<?> task) {
                            assertTrue(started.contains(task), "ended before it started");
                            assertTrue(task.isDone());
                            ended.add(task);
                        }
                    }).build();
            scheduler.run("main", () -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) nursery.startSoon("child", Checkpoints::checkpoint);
                nursery.scope().cancel();
            }));
            assertEquals(4, ended.size());
            assertEquals(new HashSet<>(started), new HashSet<>(ended));
        });
    }

    /* --- Waiting --- */

    @Test
    void j1_await_gives_the_value_or_is_cancelled_and_never_hangs() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> Nursery.run(nursery -> {
                Task<Integer> child = nursery.startSoon("child", () -> {
                    Checkpoints.checkpoint();
                    return 7;
                });
                Task<Integer> other = nursery.startSoon("other", () -> child.await());
                ScopeResult<Integer> result = scope.call(child::await);
                if (result.isCancelled()) assertTrue(scope.isCancelled());
                else
                    assertEquals(7, result.orElseThrow());
                assertEquals(7, child.await());
                assertEquals(7, other.await());
            }));
        });
    }

    @Test
    void j1_unparks_are_conserved_among_waiters_that_are_cancelled() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] arrived = {0};
            int[] woken = {0};
            int[] waiters = {3};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope scope = new CancelScope();
                    if (i > 0) simulation.cancelAnywhere(scope);
                    nursery.startSoon("waiter", () -> {
                        scope.run(() -> {
                            lot.park();
                            arrived[0]++;
                        });
                        waiters[0]--;
                    });
                }
                nursery.startSoon("waker", () -> {
                    for (int i = 0; i < 2; i++) {
                        Checkpoints.checkpoint();
                        int count = lot.unpark(1); // others run meanwhile: no += here
                        woken[0] += count;
                    }
                });
                while (waiters[0] > 0) {
                    Checkpoints.checkpoint();
                    if (simulation.random().nextInt(10) > 0) continue;
                    int count = lot.unparkAll();
                    woken[0] += count;
                }
            }));
            assertEquals(woken[0], arrived[0]);
            assertEquals(0, lot.statistics().waiting());
        });
    }

    /// The rule for primitives made of a lot: change the state, then unpark; look at it under the lot's lock.
    @Test
    void event_over_a_lot_wakes_everybody() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            boolean[] set = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) nursery.startSoon("waiter", () -> {
                    lot.parkIf(() -> !set[0]);
                    assertTrue(set[0]);
                });
                nursery.startSoon("setter", () -> {
                    set[0] = true;
                    lot.unparkAll();
                });
            }));
        });
    }

    /// Hands a unit over to one waiter: it is never lost with one that is cancelled.
    @Test
    void unit_handed_over_by_unpark_is_not_lost_with_a_cancelled_waiter() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] units = {1};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope scope = new CancelScope();
                    simulation.cancelAnywhere(scope);
                    nursery.startSoon("user", () -> scope.run(() -> {
                        if (!lot.parkIf(() -> units[0] == 0)) units[0]--;
                        try {
                            Checkpoints.checkpoint();
                        } finally {
                            release(lot, units);
                        }
                    }));
                }
            }));
            assertEquals(1, units[0]);
        });
    }

    /// Correct only because nothing comes between the two lines: neither is a decision point.
    private static void release(ParkingLot lot, int[] units) {
        units[0]++;
        if (lot.statistics().waiting() > 0 && units[0] > 0) {
            units[0]--;
            if (lot.unpark(1) == 0) release(lot, units);
        }
    }

    /* --- Scopes --- */

    @Test
    void outermost_visible_cancelled_scope_absorbs() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope middle = new CancelScope("middle");
            CancelScope inner = new CancelScope("inner");
            for (CancelScope scope : List.of(outer, middle, inner)) simulation.cancelAnywhere(scope);
            boolean[] outside = {false, false};
            simulation.run(() -> outer.run(() -> {
                middle.run(() -> {
                    ScopeResult<String> result = inner.call(() -> {
                        try {
                            Checkpoints.sleepForever();
                            return "never";
                        } finally {
                            outside[0] = outer.isCancelled() || middle.isCancelled();
                            outside[1] = outer.isCancelled();
                        }
                    });
                    assertTrue(result.isCancelled());
                    assertTrue(inner.absorbedCancellation() && inner.isCancelled());
                    assertFalse(outside[0], "absorbed what was meant for a scope further out");
                    Checkpoints.sleepForever();
                });
                assertTrue(middle.absorbedCancellation() && middle.isCancelled());
                assertFalse(outside[1], "absorbed what was meant for the outermost");
                Checkpoints.sleepForever();
            }));
            assertTrue(outer.absorbedCancellation() && outer.isCancelled());
        });
    }

    @Test
    void first_reason_wins_and_stays() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner");
            simulation.thread("one", () -> inner.cancel("one"));
            simulation.thread("two", () -> inner.cancel("two"));
            simulation.thread("outside", () -> outer.cancel("outside"));
            CancelReason[] seen = {null};
            simulation.run(() -> outer.run(() -> inner.run(() -> {
                try {
                    Checkpoints.sleepForever();
                } catch (Cancelled e) {
                    seen[0] = e.reason();
                    throw e;
                }
            })));
            assertNotNull(seen[0]);
            CancelReason mine = inner.absorbedCancellation() ? inner.reason() : outer.reason();
            if (inner.absorbedCancellation()) assertSame(mine, seen[0]);
            assertTrue(List.of("one", "two", "outside").contains(seen[0].text()));
        });
    }

    @Test
    void j2_deadline_explicit_cancel_and_value_have_one_winner() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] woken = {0};
            CancelScope[] current = {null};
            simulation.thread("waker", () -> woken[0] = lot.unpark(1));
            simulation.thread("canceller", () -> {
                if (current[0] != null) current[0].cancel();
            });
            String outcome = simulation.scheduler().call("main", () -> {
                try {
                    return Timeouts.<String, RuntimeException>failAfter(SHORT, () -> {
                        current[0] = Task.current("test").innermost();
                        lot.park();
                        return "value";
                    });
                } catch (TooSlowException e) {
                    return "DEADLINE";
                } catch (ScopeCancelledException e) {
                    return e.reason().source().name();
                }
            });
            simulation.joinThreads();
            assertEquals(woken[0] == 1, outcome.equals("value"), outcome);
            if (!outcome.equals("value")) assertEquals(outcome, current[0].reason().source().name());
            assertEquals(0, lot.statistics().waiting());
        });
    }

    @Test
    void deadline_moved_by_others_while_active_is_kept_and_leaves_nothing() {
        check(simulation -> {
            CancelScope scope = new CancelScope().withTimeout(SHORT);
            Scheduler scheduler = simulation.scheduler();
            int[] moving = {2};
            simulation.thread("extender", () -> {
                scope.setDeadline(scheduler.deadlineAfter(Duration.ofMillis(50)));
                moving[0]--;
            });
            simulation.thread("remover", () -> {
                scope.setDeadline(Deadline.NEVER);
                moving[0]--;
            });
            simulation.thread("shortener", () -> {
                scope.setTimeout(Duration.ofMillis(1));
                while (moving[0] > 0)
                    simulation.point("shortener waits");
                scope.setTimeout(Duration.ZERO);
            });
            simulation.run(() -> {
                scope.run(Checkpoints::sleepForever);
                assertEquals(CancelReason.Source.DEADLINE, scope.reason().source());
                assertTrue((scope.tooSlow() != null));
            });
        });
    }

    @Test
    void sleep_is_never_shorter_than_asked_for() {
        check(simulation -> simulation.run(() -> Nursery.run(nursery -> {
            for (int i = 1; i <= 3; i++) {
                Duration nap = Duration.ofMillis(i);
                nursery.startSoon("sleeper", () -> {
                    long before = simulation.scheduler().nanoTime();
                    Checkpoints.sleep(nap);
                    assertTrue(simulation.scheduler().nanoTime() - before >= nap.toNanos());
                });
            }
        })));
    }

    @Test
    void j10_shield_toggled_by_others_while_a_wait_begins_loses_no_cancellation() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = simulation.random().nextBoolean()
                    ? new CancelScope("inner").withShield()
                    : new CancelScope("inner");
            simulation.cancelAnywhere(outer);
            simulation.thread("left", () -> toggle(simulation, inner));
            simulation.thread("right", () -> toggle(simulation, inner));
            simulation.run(() -> outer.run(() -> inner.run(Checkpoints::sleepForever)));
            assertTrue(outer.absorbedCancellation());
            assertFalse(inner.absorbedCancellation());
        });
    }

    @Test
    void j10_shield_toggled_by_others_loses_no_interrupt_and_makes_none_from_outside() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner").withShield();
            simulation.cancelAnywhere(outer);
            simulation.thread("left", () -> toggle(simulation, inner));
            simulation.run(() -> outer.run(() -> {
                inner.run(() -> {
                    for (int i = 0; i < 5; i++) simulation.point("in the shield");
                });
                simulation.foreignSleep();
            }));
            assertTrue(outer.absorbedCancellation());
        });
    }

    private static void toggle(Simulation simulation, CancelScope scope) {
        for (int i = 0; i < 2; i++) {
            scope.setShielded(true);
            simulation.point("shielded");
            scope.setShielded(false);
            simulation.point("unshielded");
        }
    }

    @Test
    void shielded_cleanup_runs_to_its_end() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            boolean[] cleaned = {false, false};
            simulation.run(() -> scope.run(() -> {
                try {
                    cleaned[0] = true;
                    simulation.foreignSleep();
                } finally {
                    new CancelScope("cleanup").withShield().run(() -> {
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield");
                        Checkpoints.checkpoint();
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield, later");
                        Checkpoints.sleep(SHORT);
                        cleaned[1] = true;
                    });
                }
            }));
            assertEquals(cleaned[0], cleaned[1]);
        });
    }

    /* --- Interrupts and foreign code --- */

    @Test
    void j4_interrupt_from_outside_cancels_the_run_and_is_given_back() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            boolean[] sent = {false};
            simulation.thread("interrupter", () -> {
                sent[0] = true;
                simulation.platform().interrupt(thread);
            });
            try {
                simulation.run(() -> {
                    Checkpoints.checkpoint();
                    Nursery.run(nursery -> {
                        nursery.startSoon("child", Checkpoints::checkpoint);
                        Checkpoints.sleep(SHORT);
                    });
                    Checkpoints.checkpoint();
                    if (!sent[0]) assertFalse(thread.isInterrupted(), "a flag that nobody has set");
                });
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
                assertTrue(sent[0]);
            }
            assertEquals(sent[0], Thread.interrupted(), "the flag of an interrupt from outside");
        });
    }

    @Test
    void j4_interrupt_from_outside_is_seen_beside_a_cancellation() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            CancelScope scope = new CancelScope();
            boolean[] interrupted = {false};
            simulation.cancelAnywhere(scope);
            simulation.thread("interrupter", () -> {
                interrupted[0] = true;
                simulation.platform().interrupt(thread);
            });
            boolean cancelled = false;
            try {
                simulation.run(() -> {
                    scope.run(() -> {
                        checkpoints(2);
                        simulation.foreignSleep();
                    });
                    if (!interrupted[0]) assertFalse(thread.isInterrupted(), "a flag out of its scope");
                });
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
                cancelled = true;
            }
            boolean flag = Thread.interrupted();
            if (cancelled) assertTrue(flag, "not given back");
            if (flag) assertTrue(interrupted[0], "a flag of ours got out of the run");
        });
    }

    @Test
    void j5_foreign_code_is_cancelled_wherever_it_is() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                Nursery.run(nursery -> nursery.startSoon("child", () -> scope.run(() -> {
                    simulation.point("before");
                    simulation.foreignSleep();
                })));
                assertTrue(scope.absorbedCancellation());
            });
        });
    }

    @Test
    void j6_foreign_code_that_swallows_interrupts_is_interrupted_again() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                scope.run(() -> {
                    for (int i = 0; i < 3; i++) simulation.foreignWait();
                    Checkpoints.checkpoint();
                    throw new AssertionError("a checkpoint let a cancelled task pass");
                });
                assertTrue(scope.absorbedCancellation());
                assertFalse(Thread.currentThread().isInterrupted(), "flag out of its scope");
                Checkpoints.checkpoint();
            });
        });
    }

    @Test
    void j5_child_of_a_cancelled_nursery_is_stopped_in_foreign_code() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> simulation.foreignSleep());
                nursery.startSoon("other", () -> simulation.foreignSleep());
            })));
            assertTrue(scope.absorbedCancellation());
        });
    }

    @Test
    void j5_cancellation_that_comes_while_a_wait_ends_reaches_foreign_code() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.thread("waker", () -> {
                while (lot.unpark(1) == 0 && !scope.isCancelled())
                    simulation.point("nobody yet");
            });
            simulation.run(() -> scope.run(() -> {
                lot.park();
                simulation.foreignSleep();
            }));
            assertTrue(scope.absorbedCancellation());
        });
    }

    /// With a flag of ours in it the wait for the children could not park, and would spin.
    @Test
    void j4_flag_of_a_cancellation_does_not_get_into_the_wait_for_children() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            int[] rounds = {0};
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> new CancelScope().withShield().run(() -> {
                    for (int i = 0; i < 5; i++) Checkpoints.sleep(SHORT);
                }));
                simulation.point("foreign code");
                rounds[0]++;
            })));
            assertEquals(1, rounds[0]);
        });
    }

    @Test
    void j4_interrupt_from_outside_before_a_cancellation_is_told_from_it() {
        check(simulation -> {
            Thread thread = Thread.currentThread();
            CancelScope scope = new CancelScope();
            boolean[] sent = {false};
            simulation.thread("both", () -> {
                sent[0] = true;
                simulation.platform().interrupt(thread);
                simulation.point("between");
                scope.cancel();
            });
            try {
                simulation.run(() -> scope.run(() -> {
                    for (int i = 0; i < 4; i++) simulation.point("foreign code");
                    Checkpoints.checkpoint();
                }));
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
            }
            assertEquals(sent[0], Thread.interrupted());
        });
    }

    @Test
    void flag_of_a_cancellation_gets_into_no_wait_and_out_of_no_scope() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                scope.run(() -> {
                    simulation.point("foreign code");
                    Checkpoints.checkpoint();
                    Checkpoints.sleep(SHORT);
                    simulation.point("foreign code");
                });
                assertFalse(Thread.currentThread().isInterrupted(), "flag out of its scope");
                Checkpoints.sleep(SHORT);
            });
        });
    }

    /* --- Closing a scheduler --- */

    @Test
    void close_ends_every_run_and_refuses_new_ones() {
        check(simulation -> {
            Scheduler scheduler = simulation.scheduler();
            boolean[] closed = {false};
            for (int i = 0; i < 2; i++) {
                simulation.thread("user", () -> {
                    try {
                        scheduler.run("run", () -> {
                            assertFalse(closed[0], "a run in a closed scheduler");
                            Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::sleepForever));
                        });
                        throw new AssertionError("its child never ends");
                    } catch (SchedulerClosedException e) {
                        assertFalse(e.getMessage().isEmpty());
                    } catch (ScopeCancelledException e) {
                        assertEquals(CancelReason.Source.SHUTDOWN, e.reason().source());
                    }
                });
            }
            simulation.thread("closer", () -> scheduler.close(SHORT));
            scheduler.close(Duration.ZERO);
            closed[0] = true;
            assertEquals(0, scheduler.statistics().runs());
        });
    }

    @Test
    void thread_is_given_back_without_the_flag_of_a_shutdown() {
        check(simulation -> {
            Scheduler scheduler = simulation.scheduler();
            simulation.thread("closer", scheduler::close);
            try {
                simulation.run(() -> {
                    for (int i = 0; i < 3; i++) simulation.point("foreign code");
                });
            } catch (SchedulerClosedException e) {
                assertEquals(0, scheduler.statistics().runs());
            }
            assertFalse(Thread.currentThread().isInterrupted());
        });
    }
}
