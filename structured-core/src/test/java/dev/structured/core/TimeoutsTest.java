package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Cases beyond those of the numbered scenarios, which have a package of their own. A number here says which
/// scenario a test goes further into.
class TimeoutsTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    private static CancelScope innermost() {
        return Task.current("test").innermost();
    }

    @Nested
    class Moving_on {
        @Test
        void value_of_a_block_that_ends_in_time_is_returned() {
            scheduler.run("main", () -> {
                assertEquals("v", Timeouts.moveOnAfter(seconds(100), () -> {
                    sleep(1);
                    return "v";
                }).orElseThrow());
                assertEquals(1, time());
                assertFalse(Timeouts.moveOnAfter(seconds(5), () -> sleep(1)).isCancelled());
                assertEquals(2, time());
            });
        }

        @Test
        void deadline_is_a_point_in_the_schedulers_time() {
            scheduler.run("main", () -> {
                sleep(3);
                assertTrue(Timeouts.moveOnAt(at(5), () -> {
                    sleep(100);
                    return "slept";
                }).isCancelled());
                assertEquals(5, time());
            });
        }

        @Test
        void deadline_that_has_passed_cuts_short_at_the_first_checkpoint() {
            scheduler.run("main", () -> {
                sleep(3);
                assertTrue(Timeouts.moveOnAt(at(1), () -> {
                    trail.add("entered");
                    Checkpoints.checkpoint();
                    return trail.add("went on");
                }).isCancelled());
                assertTrue(Timeouts.moveOnAfter(Duration.ZERO, () -> {
                    trail.add("entered");
                    Checkpoints.checkCancelled();
                    return trail.add("went on");
                }).isCancelled());
                assertTrue(Timeouts.moveOnAt(Deadline.PASSED, () -> {
                    Checkpoints.sleepForever();
                    return 1;
                }).isCancelled());
                assertEquals(3, time());
            });
            assertEquals(List.of("entered", "entered"), trail);
        }

        @Test
        void longest_of_all_timeouts_is_no_deadline() {
            scheduler.run("main", () -> {
                sleep(1);
                Timeouts.moveOnAfter(Duration.ofSeconds(Long.MAX_VALUE), () -> {
                    assertEquals(Deadline.NEVER, Checkpoints.effectiveDeadline());
                    assertEquals(0, scheduler.deadlines().size());
                });
            });
        }
    }

    @Nested
    class Failing {
        @Test
        void s52_block_that_is_too_slow_fails_and_says_what_it_had() {
            scheduler.run("main", () -> {
                sleep(1);
                var thrown = assertThrows(TooSlowException.class,
                        () -> Timeouts.failAfter(seconds(1), () -> {
                            try {
                                sleep(100);
                            } finally {
                                new CancelScope().withShield().run(() -> sleep(0.5));
                            }
                        }));
                assertEquals(2.5, time());
                assertEquals("failAfter", thrown.scope());
                assertEquals(Duration.ofSeconds(1), thrown.allowed());
                assertEquals(Duration.ofMillis(1_500), thrown.spent());
                assertEquals(
                        "Scope 'failAfter' was too slow: it had 1000.0 ms and was stopped after 1500.0 ms",
                        thrown.getMessage());
                Checkpoints.checkpoint();
            });
        }

        @Test
        void s52_block_that_ends_in_time_has_its_value() {
            scheduler.run("main", () -> {
                assertEquals(7, Timeouts.<Integer, RuntimeException>failAfter(seconds(100), () -> 7));
                assertEquals(8, Timeouts.<Integer, RuntimeException>failAt(at(5), () -> {
                    sleep(1);
                    return 8;
                }));
            });
        }

        @Test
        void absolute_deadline_fails_too() {
            scheduler.run("main", () -> {
                sleep(1);
                var thrown = assertThrows(TooSlowException.class, () -> Timeouts.failAt(at(4), () -> {
                    sleep(100);
                    return 1;
                }));
                assertEquals("failAt", thrown.scope());
                assertEquals(Duration.ofSeconds(3), thrown.allowed());
            });
        }

        @Test
        void deadline_before_all_time_leaves_nothing() {
            scheduler.run("main", () -> {
                sleep(1);
                var thrown = assertThrows(TooSlowException.class,
                        () -> Timeouts.failAt(Deadline.PASSED, () -> {
                            Checkpoints.checkpoint();
                            return 1;
                        }));
                assertEquals(Duration.ZERO, thrown.allowed());
            });
        }

        @Test
        void s61_explicit_cancel_is_not_too_slow() {
            scheduler.run("main", () -> {
                var thrown = assertThrows(ScopeCancelledException.class,
                        () -> Timeouts.failAfter(seconds(10), () -> Nursery.run(nursery -> {
                            CancelScope scope = innermost().parent();
                            nursery.startSoon("canceller", () -> {
                                sleep(1);
                                scope.cancel("enough");
                            });
                            Checkpoints.sleepForever();
                        })));
                assertEquals(CancelReason.Source.EXPLICIT, thrown.reason().source());
                assertEquals("enough", thrown.reason().text());
                assertEquals(1, time());
            });
        }

        @Test
        void explicit_cancel_after_the_deadline_that_nobody_has_noticed_is_explicit() {
            scheduler.run("main", () -> {
                var thrown = assertThrows(ScopeCancelledException.class,
                        () -> Timeouts.failAfter(seconds(1), () -> {
                            clock.jump(seconds(2));
                            innermost().cancel("by hand");
                            Checkpoints.checkpoint();
                        }));
                assertEquals("by hand", thrown.reason().text());
            });
        }

        @Test
        void another_error_wins_over_too_slow() {
            scheduler.run("main", () -> {
                var thrown = assertThrows(IllegalArgumentException.class,
                        () -> Timeouts.failAfter(seconds(1), () -> {
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                fail();
                            }
                        }));
                assertInstanceOf(Cancelled.class, thrown.getSuppressed()[0]);
                var group = assertThrows(NurseryFailedException.class,
                        () -> Timeouts.failAfter(seconds(1), () -> Nursery.run(nursery -> {
                            nursery.startSoon("sleeper", Checkpoints::sleepForever);
                            nursery.startSoon("V", () -> {
                                try {
                                    Checkpoints.sleepForever();
                                } finally {
                                    fail();
                                }
                            });
                        })));
                assertEquals("V", group.failures().getFirst().getMessage());
                assertEquals(1, group.failures().size());
            });
        }

        private static void fail() {
            throw new IllegalArgumentException("V");
        }
    }

    @Nested
    class Moved_deadlines {
        @Test
        void extending_before_the_deadline_is_honoured() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(2));
                scope.run(() -> Nursery.run(nursery -> {
                    nursery.startSoon("extender", () -> {
                        sleep(1);
                        scope.setDeadline(at(7));
                    });
                    Checkpoints.sleepForever();
                }));
                assertEquals(7, time());
            });
        }

        @Test
        void extending_after_the_deadline_does_not_undo_it() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(2));
                scope.run(() -> {
                    assertThrows(Cancelled.class, Checkpoints::sleepForever);
                    scope.setTimeout(seconds(10));
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                });
                CancelScope unnoticed = new CancelScope().withTimeout(seconds(2));
                unnoticed.run(() -> {
                    clock.jump(seconds(3));
                    unnoticed.setDeadline(at(100)); // the one who extends notices
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                });
                assertEquals(5, time());
            });
        }

        @Test
        void shortening_wakes_a_sleeper() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> Nursery.run(nursery -> {
                    nursery.startSoon("shortener", () -> {
                        sleep(1);
                        scope.setTimeout(seconds(2));
                    });
                    sleep(100);
                }));
                assertEquals(3, time());
                assertFlags(scope, true, true);
            });
        }

        @Test
        void deadline_taken_away_never_comes() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(1));
                scope.run(() -> {
                    scope.setDeadline(Deadline.NEVER);
                    assertEquals(0, scheduler.deadlines().size());
                    sleep(100);
                });
                assertFlags(scope, false, false);
            });
        }

        @Test
        void last_of_timeout_and_deadline_counts() {
            scheduler.run("main", () -> {
                CancelScope absolute = new CancelScope().withTimeout(seconds(1)).withDeadline(at(9));
                assertEquals(at(9), absolute.deadline());
                absolute.run(() -> sleep(2));
                assertFlags(absolute, false, false);
                CancelScope relative = new CancelScope().withDeadline(at(3)).withTimeout(seconds(5));
                relative.run(() -> assertEquals(at(7), relative.deadline()));
            });
        }

        @Test
        void s64_deadline_that_moves_often_is_one_entry() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(seconds(1));
                scope.run(() -> {
                    for (int i = 1; i <= 2_000; i++) scope.setDeadline(at(10 + i % 7));
                    assertEquals(1, scheduler.deadlines().size());
                });
                assertEquals(0, scheduler.deadlines().size());
            });
        }
    }

    @Nested
    class Nested_deadlines {
        @Test
        void outer_deadline_cuts_short_the_inner_one() {
            scheduler.run("main", () -> {
                var result = Timeouts.moveOnAfter(seconds(1), () -> {
                    Timeouts.moveOnAfter(seconds(5), Checkpoints::sleepForever);
                    return trail.add("between");
                });
                assertTrue(result.isCancelled());
            });
            assertEquals(List.of(), trail);
        }

        /// In many rounds, because which of the two rings first, and who runs on first then, is up to the
        /// machine.
        @Test
        void of_two_deadlines_at_the_same_time_the_outer_absorbs() {
            for (int round = 0; round < 300; round++) {
                boolean outerFirst = round % 2 == 0;
                scheduler.run("main", () -> {
                    Deadline at = scheduler.deadlineAfter(seconds(1));
                    CancelScope outer = new CancelScope("outer");
                    CancelScope inner = new CancelScope("inner");
                    if (outerFirst) outer.setDeadline(at);
                    outer.run(() -> {
                        inner.withDeadline(at).run(() -> {
                            if (!outerFirst) outer.setDeadline(at);
                            Checkpoints.sleepForever();
                        });
                        trail.add("between");
                    });
                    assertEquals(List.of(), trail);
                    assertFlags(inner, true, false);
                    assertFlags(outer, true, true);
                });
            }
        }

        /// The worst case of that: the task wakes up, and is out of both scopes before the second has rung.
        @Test
        void of_two_deadlines_at_the_same_time_the_outer_absorbs_even_if_it_has_not_rung() {
            firstAndSecond(new CancelScope("inner"), new CancelScope("outer"), true);
            firstAndSecond(new CancelScope("inner"), new CancelScope("outer"), false);
        }

        private void firstAndSecond(CancelScope inner, CancelScope outer, boolean innerFirst) {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                Deadline at = scheduler.deadlineAfter(seconds(1));
                var over = new AtomicBoolean();
                Thread main = Thread.currentThread();
                nursery.startSoon("ringer", () -> {
                    RealTest.spinUntil(() -> main.getState() == Thread.State.WAITING);
                    sleep(2); // the last to park is who rings
                });
                try {
                    outer.run(() -> inner.run(() -> {
                        (innerFirst ? inner : outer).setDeadline(at);
                        scheduler.deadlines().set(pauseUntil(over), at.on(clock));
                        (innerFirst ? outer : inner).setDeadline(at);
                        Checkpoints.sleepForever();
                    }));
                    RealTest.spinUntil(() -> !trail.isEmpty());
                    assertFlags(inner, true, false);
                    assertFlags(outer, true, true);
                } finally {
                    over.set(true);
                }
            }));
            assertEquals(List.of("one has rung", "the other rings"), trail);
            trail.clear();
        }

        private Deadlines.Entry pauseUntil(AtomicBoolean over) {
            return new Deadlines.Entry(true) {
                @Override
                void expire() {
                    trail.add("one has rung");
                    RealTest.spinUntil(over::get);
                    trail.add("the other rings");
                }
            };
        }

        @Test
        void of_two_deadlines_at_the_same_time_a_shielded_inner_one_absorbs_first() {
            for (int round = 0; round < 100; round++) {
                scheduler.run("main", () -> {
                    Deadline at = scheduler.deadlineAfter(seconds(1));
                    CancelScope outer = new CancelScope("outer").withDeadline(at);
                    CancelScope inner = new CancelScope("inner").withDeadline(at).withShield();
                    outer.run(() -> {
                        inner.run(Checkpoints::sleepForever);
                        trail.add("between");
                        Checkpoints.checkpoint();
                        trail.add("not reached");
                    });
                    assertEquals(List.of("between"), trail);
                    assertFlags(inner, true, true);
                    assertFlags(outer, true, true);
                    trail.clear();
                });
            }
        }

        @Test
        void sleep_that_would_end_with_the_deadline_is_cut_short() {
            scheduler.run("main", () -> {
                for (int others = 0; others < 8; others++) {
                    int before = others;
                    CancelScope scope = new CancelScope();
                    scope.run(() -> Nursery.run(nursery -> {
                        for (int i = 0; i < before; i++) nursery.startSoon("other", () -> sleep(5));
                        clock.settle();
                        nursery.startSoon("sleeper", () -> {
                            sleep(1);
                            trail.add("slept to the end");
                        });
                        clock.settle();
                        scope.setTimeout(seconds(1)); // set last, and counts first all the same
                    }));
                    assertFlags(scope, true, true);
                }
            });
            assertEquals(List.of(), trail);
        }
    }
}
