package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.scenarios.OnAVirtualClock;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tasks that a nursery starts later: [Nursery#startAfter] and [LateStart].
@Timeout(60)
class LateStartTest extends KernelTest {
    private static final TaskLocal<String> USER = new TaskLocal<>("user", "nobody");

    @Test
    void task_starts_at_its_time_and_keeps_the_nursery_open_until_then() {
        List<Double> times = new ArrayList<>();
        scheduler.run("test", () -> {
            Nursery.run(nursery -> {
                LateStart<String> late = nursery.startAfter(seconds(2), "late", () -> {
                    times.add(time());
                    sleep(1);
                    return "value";
                });
                assertTrue(late.isPending());
                assertNull(late.task());
                nursery.startSoon("reader", () -> {
                    sleep(2.5);
                    assertFalse(late.isPending());
                    assertEquals("value", present(late.task()).await());
                });
            });
            times.add(time());
        });
        assertEquals(List.of(2.0, 3.0), times);
    }

    private static <T> T present(T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void nursery_with_nothing_but_a_late_start_waits_for_it() {
        scheduler.run("test", () -> {
            Nursery.run(nursery -> nursery.startAfter(seconds(5), "late", () -> sleep(1)));
            assertEquals(6, time());
        });
    }

    @Test
    void taken_back_it_never_runs_and_costs_no_time() {
        boolean[] ran = {false};
        scheduler.run("test", () -> {
            Nursery.run(nursery -> {
                LateStart<Void> late = nursery.startAfter(seconds(5), "late", () -> {
                    ran[0] = true;
                });
                assertEquals(1, scheduler.deadlines().size());
                assertTrue(late.tryTakeBack());
                assertTrue(late.tryTakeBack(), "the second time says the same");
                assertFalse(late.isPending());
                assertNull(late.task());
                assertEquals(0, scheduler.deadlines().size());
            });
            assertEquals(0, time());
        });
        assertFalse(ran[0]);
    }

    @Test
    void taken_back_by_a_child_while_the_nursery_joins_it_lets_the_nursery_end() {
        scheduler.run("test", () -> {
            Nursery.run(nursery -> {
                LateStart<Void> late = nursery.startAfter(seconds(9), "late", () -> sleep(1));
                nursery.startSoon("child", () -> {
                    sleep(1);
                    assertTrue(late.tryTakeBack());
                });
            });
            assertEquals(1, time());
        });
    }

    @Test
    void taken_back_too_late_it_says_so() {
        scheduler.run("test", () -> Nursery.run(nursery -> {
            LateStart<Void> late = nursery.startAfter(seconds(1), "late", () -> sleep(5));
            sleep(2);
            assertFalse(late.tryTakeBack());
            assertSame(Task.State.RUNNING, present(late.task()).state());
        }));
        assertEquals(6, time());
    }

    @Test
    void cancelled_nursery_drops_it_at_once() {
        for (boolean joining : List.of(true, false)) {
            boolean[] ran = {false};
            double before = time();
            scheduler.run("test", () -> Nursery.run(nursery -> {
                LateStart<Void> late = nursery.startAfter(seconds(9), "late", () -> {
                    ran[0] = true;
                });
                nursery.startSoon("canceller", () -> {
                    sleep(1);
                    nursery.scope().cancel();
                    assertFalse(late.isPending());
                });
                if (!joining) Checkpoints.sleepForever();
            }));
            assertEquals(before + 1, time());
            assertFalse(ran[0]);
        }
    }

    @Test
    void failing_sibling_drops_it() {
        IOException failure = new IOException("broken");
        NurseryFailedException thrown = assertThrows(NurseryFailedException.class,
                () -> scheduler.run("test", () -> Nursery.run(nursery -> {
                    nursery.startAfter(seconds(9), "late", () -> sleep(1));
                    nursery.startSoon("failing", () -> {
                        throw failure;
                    });
                })));
        assertEquals(List.of(failure), thrown.failures());
        assertEquals(0, time());
    }

    @Test
    void deadline_around_the_nursery_drops_it_also_at_the_same_time() {
        boolean[] ran = {false};
        scheduler.run("test", () -> {
            Timeouts.moveOnAfter(seconds(2),
                    () -> Nursery.run(nursery -> nursery.startAfter(seconds(2), "late", () -> {
                        ran[0] = true;
                    })));
            assertEquals(2, time());
        });
        assertFalse(ran[0]);
    }

    @Test
    void in_a_cancelled_nursery_it_is_dropped_from_the_beginning() {
        scheduler.run("test", () -> Nursery.run(nursery -> {
            nursery.scope().cancel();
            LateStart<Void> late = nursery.startAfter(seconds(9), "late", () -> sleep(1));
            assertFalse(late.isPending());
            assertTrue(late.tryTakeBack());
        }));
        assertEquals(0, time());
    }

    @Test
    void shield_around_the_nursery_keeps_it_and_lowered_lets_it_be_dropped() {
        scheduler.run("test", () -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope shield = new CancelScope("shield").withShield();
            outer.run(() -> shield.run(() -> Nursery.run(nursery -> {
                LateStart<Void> late = nursery.startAfter(seconds(9), "late", () -> sleep(1));
                outer.cancel();
                assertTrue(late.isPending());
                shield.setShielded(false);
                assertFalse(late.isPending());
            })));
        });
        assertEquals(0, time());
    }

    @Test
    void what_it_throws_is_the_nursery_s_failure_as_of_any_task() {
        IOException failure = new IOException("late");
        NurseryFailedException thrown = assertThrows(NurseryFailedException.class,
                () -> scheduler.run("test", () -> Nursery.run("n", nursery -> {
                    nursery.startAfter(seconds(1), "late", () -> {
                        throw failure;
                    });
                    Checkpoints.sleepForever();
                })));
        assertEquals(List.of(failure), thrown.failures());
        assertEquals(1, time());
    }

    @Test
    void it_begins_with_what_the_starter_had_when_it_asked() {
        ClassLoader mine = new ClassLoader(null) {
        };
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(mine);
        try {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                LateStart<String> late = USER.call("ann", () -> nursery.startAfter(seconds(1), "late", () -> {
                    assertSame(mine, Thread.currentThread().getContextClassLoader());
                    assertEquals("test/late", Task.current().path());
                    return USER.get();
                }));
                sleep(2);
                assertEquals("ann", present(late.task()).await());
            }));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void propagators_are_asked_where_it_is_asked_for() {
        List<String> threads = new ArrayList<>();
        Scheduler carrying = Scheduler.builder().platform(new VirtualClock()).propagator(task -> {
            String asked = Task.current().name();
            return () -> {
                threads.add(asked + " for " + Task.current().name());
                task.run();
            };
        }).build();
        carrying.run("test",
                () -> Nursery.run(nursery -> nursery.startAfter(seconds(1), "late", () -> sleep(1))));
        assertEquals(List.of("test for late"), threads);
        carrying.close();
    }

    @Test
    void closed_nursery_refuses_it() {
        scheduler.run("test", () -> {
            Nursery[] escaped = {null};
            Nursery.run("gone", nursery -> escaped[0] = nursery);
            IllegalStateException refused = assertThrows(IllegalStateException.class,
                    () -> escaped[0].startAfter(seconds(1), "late", () -> sleep(1)));
            assertTrue(refused.getMessage().contains("Nursery 'gone' is closed"), refused.getMessage());
            Nursery.run(nursery -> assertThrows(IllegalArgumentException.class,
                    () -> nursery.startAfter(seconds(-1), "late", () -> sleep(1))));
        });
    }

    @Test
    void a_time_that_has_passed_starts_it_soon() {
        scheduler.run("test", () -> {
            sleep(5);
            Nursery.run(nursery -> nursery.startAt(at(0), "late", () -> {
                assertEquals(5, time());
                return null;
            }));
        });
        assertEquals(5, time());
    }

    @Test
    void tree_says_that_the_owner_waits_for_what_is_to_start() {
        scheduler.run("test", () -> Nursery.run(outer -> {
            outer.startSoon("owner",
                    () -> Nursery.run("n",
                            nursery -> nursery.startAfter(seconds(2), "late", () -> sleep(1))));
            sleep(1);
            assertTrue(TaskTree.of(scheduler)
                    .text()
                    .contains("the tasks of nursery 'n', of which 1 will start later"),
                    () -> TaskTree.of(scheduler).text());
        }));
    }

    @Test
    void thread_that_cannot_be_started_fails_the_nursery_and_ends_the_task() {
        OutOfMemoryError none = new OutOfMemoryError("no threads");
        RefusingClock refusing = new RefusingClock(none);
        Scheduler poor = Scheduler.builder().platform(refusing).build();
        List<LateStart<?>> kept = new ArrayList<>();
        OutOfMemoryError thrown = assertThrows(OutOfMemoryError.class,
                () -> poor.run("test", () -> Nursery.run(nursery -> {
                    kept.add(nursery.startAfter(seconds(1), "late", () -> sleep(1)));
                    refusing.refuses = true;
                    Checkpoints.sleepForever();
                })));
        assertSame(none, thrown);
        assertSame(Task.State.FAILED, present(kept.getFirst().task()).state());
        poor.close();
    }

    /// Not by the alarm, on whose thread nobody could be told.
    @Test
    @SuppressWarnings("NullAway")
    void name_that_is_null_is_refused_at_once() {
        scheduler.run("test", () -> Nursery.run(nursery -> {
            assertThrows(NullPointerException.class, () -> nursery.startAfter(seconds(1), null, () -> {}));
            assertThrows(NullPointerException.class, () -> nursery.startSoon(null, () -> {}));
            assertThrows(NullPointerException.class, () -> nursery.startBackground(null, () -> {}));
            assertThrows(NullPointerException.class, () -> nursery.startUntilReady(null, _ -> {}));
            assertEquals(0, nursery.statistics().tasks());
        }));
    }

    @Test
    void many_are_kept_apart_and_each_runs_once_or_never() {
        Set<Integer> ran = ConcurrentHashMap.newKeySet();
        AtomicInteger runs = new AtomicInteger();
        scheduler.run("test", () -> Nursery.run(nursery -> {
            List<LateStart<?>> starts = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int number = i;
                starts.add(nursery.startAfter(seconds(1 + i % 7), "late", () -> {
                    runs.incrementAndGet();
                    ran.add(number);
                }));
            }
            for (int i = 0; i < 300; i += 3) assertTrue(starts.get(i).tryTakeBack());
        }));
        assertEquals(200, ran.size());
        assertEquals(200, runs.get());
        assertTrue(ran.stream().noneMatch(number -> number % 3 == 0));
    }

    /// A virtual clock that refuses threads when told to.
    private static final class RefusingClock extends OnAVirtualClock {
        private final Error refusal;
        volatile boolean refuses;

        RefusingClock(Error refusal) {
            super(new VirtualClock());
            this.refusal = refusal;
        }

        @Override
        public void start(String name, Runnable body) {
            if (refuses) throw refusal;
            super.start(name, body);
        }
    }
}
