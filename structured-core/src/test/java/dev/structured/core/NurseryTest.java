package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The numbers are those of the scenarios that the design lists.
class NurseryTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    private static RuntimeException error(String name) {
        return new IllegalArgumentException(name);
    }

    private NurseryFailedException failureOf(Action<Nursery, ?> body) {
        return assertThrows(NurseryFailedException.class,
                () -> scheduler.run("main", () -> Nursery.run(body)));
    }

    private static Set<String> messages(NurseryFailedException failure) {
        Set<String> messages = new HashSet<>();
        for (Throwable leaf : failure.leaves()) messages.add(leaf.getMessage());
        return messages;
    }

    /// Sleeps until cancelled, and notes that it was.
    private void sleeper(String name) {
        try {
            Checkpoints.sleepForever();
        } catch (Cancelled c) {
            trail.add(name + " cancelled");
            throw c;
        }
    }

    @Test
    void block_runs_on_the_callers_thread_and_waits_for_the_children() {
        scheduler.run("main", () -> {
            Thread caller = Thread.currentThread();
            String value = Nursery.call(nursery -> {
                assertSame(caller, Thread.currentThread());
                nursery.startSoon("one", () -> sleep(1));
                nursery.startSoon("three", () -> sleep(3));
                return "value";
            });
            assertEquals("value", value);
            assertEquals(3, time());
        });
    }

    @Test
    void values_of_the_children_come_by_await() {
        int sum = scheduler.call("main", () -> Nursery.call(nursery -> {
            Task<Integer> one = nursery.startSoon("one", () -> {
                sleep(2);
                return 1;
            });
            Task<Integer> two = nursery.startSoon("two", () -> 2);
            return one.await() + two.await();
        }));
        assertEquals(3, sum);
    }

    @Test
    void child_is_named_by_its_path() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<String> child = nursery.startSoon("child", () -> Thread.currentThread().getName());
            assertEquals("main/child", child.path());
            assertEquals("child", child.name());
            assertEquals("main/child", child.await());
        }));
    }

    @Nested
    class Failures {
        @Test
        void s9_failing_child_cancels_its_sibling_and_is_the_only_failure() {
            NurseryFailedException failure = failureOf(nursery -> {
                nursery.startSoon("A", () -> {
                    throw error("E");
                });
                nursery.startSoon("B", () -> sleeper("B"));
            });
            assertEquals(Set.of("E"), messages(failure));
            assertEquals(1, failure.failures().size());
            assertEquals(List.of("B cancelled"), trail);
        }

        @Test
        void s10_failing_block_is_a_group_even_when_alone() {
            NurseryFailedException failure = failureOf(nursery -> {
                throw error("E");
            });
            assertEquals(Set.of("E"), messages(failure));
            assertEquals("E", failure.getCause().getMessage());
        }

        @Test
        void s11_no_failure_of_several_is_lost() {
            NurseryFailedException failure = failureOf(nursery -> {
                for (int i = 1; i <= 3; i++) {
                    String name = "E" + i;
                    nursery.startSoon(name, () -> new CancelScope().withShield().run(() -> {
                        sleep(1);
                        throw error(name);
                    }));
                }
            });
            assertEquals(Set.of("E1", "E2", "E3"), messages(failure));
            assertEquals(2, failure.getSuppressed().length);
        }

        @Test
        void s12_block_and_child_both_fail() {
            NurseryFailedException failure = failureOf(nursery -> {
                nursery.startSoon("child", () -> new CancelScope().withShield().run(() -> {
                    sleep(1);
                    throw error("E2");
                }));
                throw error("E1");
            });
            assertEquals(Set.of("E1", "E2"), messages(failure));
        }

        @Test
        void s13_failing_child_wakes_the_block() {
            NurseryFailedException failure = failureOf(nursery -> {
                nursery.startSoon("bomb", () -> {
                    sleep(1);
                    throw error("E");
                });
                sleeper("block");
            });
            assertEquals(Set.of("E"), messages(failure));
            assertEquals(List.of("block cancelled"), trail);
        }

        @Test
        void failing_child_stops_a_block_that_awaits_another_child() {
            NurseryFailedException failure = failureOf(nursery -> {
                Task<?> slow = nursery.startSoon("slow", Checkpoints::sleepForever);
                nursery.startSoon("bomb", () -> {
                    throw error("E");
                });
                slow.await();
            });
            assertEquals(Set.of("E"), messages(failure));
        }

        @Test
        void awaiting_the_failed_child_itself_adds_nothing_to_the_failure() {
            for (int i = 0; i < 200; i++) {
                NurseryFailedException failure = failureOf(nursery -> nursery.startSoon("bomb", () -> {
                    throw error("E");
                }).await());
                assertEquals(List.of("E"), failure.leaves().stream().map(Throwable::getMessage).toList());
            }
        }

        /// In many rounds: the child may not let go of the nursery before it has told its failure and has
        /// ended.
        @Test
        void failure_of_the_last_child_is_never_lost() {
            for (int i = 0; i < 2_000; i++) {
                var child = new AtomicReference<Task<?>>();
                NurseryFailedException failure = failureOf(
                        nursery -> child.set(nursery.startSoon("bomb", () -> {
                            throw error("E");
                        })));
                assertEquals(1, failure.failures().size());
                assertEquals(Task.State.FAILED, child.get().state());
            }
        }

        @Test
        void late_failure_during_cancelled_cleanup_counts() {
            NurseryFailedException failure = failureOf(nursery -> {
                nursery.startSoon("late", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        new CancelScope().withShield().run(() -> sleep(2));
                        trail.add("cleanup at " + time());
                        throw0(error("late"));
                    }
                });
                nursery.startSoon("first", () -> {
                    throw error("first");
                });
            });
            assertEquals(Set.of("first", "late"), messages(failure));
            assertEquals(List.of("cleanup at 2.0"), trail);
        }

        private static void throw0(RuntimeException e) {
            throw e;
        }

        @Test
        void s16_failing_cleanup_links_to_the_cancellation_that_it_replaced() {
            scheduler.run("main", () -> {
                var scope = new AtomicReference<CancelScope>();
                var failure = assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                    scope.set(nursery.scope());
                    nursery.startSoon("sleeper", () -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            throw0(error("V"));
                        }
                    });
                    clock.settle();
                    nursery.scope().cancel();
                }));
                assertEquals(Set.of("V"), messages(failure));
                assertInstanceOf(Cancelled.class, failure.leaves().getFirst().getSuppressed()[0]);
                assertFlags(scope.get(), true, true);
            });
        }

        @Test
        void s19_groups_keep_their_shape() {
            NurseryFailedException failure = failureOf(outer -> {
                outer.startSoon("inner", () -> Nursery.run("inner", inner -> {
                    inner.startSoon("sleeper", Checkpoints::sleepForever);
                    inner.startSoon("R", () -> new CancelScope().withShield().run(() -> {
                        sleep(1);
                        throw error("R2");
                    }));
                }));
                outer.startSoon("sleeper", Checkpoints::sleepForever);
                outer.startSoon("R", () -> new CancelScope().withShield().run(() -> {
                    sleep(1);
                    throw error("R1");
                }));
                outer.scope().cancel();
            });
            assertEquals(Set.of("R1", "R2"), messages(failure));
            assertEquals(2, failure.failures().size());
            NurseryFailedException inner = failure.failures().stream()
                    .filter(NurseryFailedException.class::isInstance)
                    .map(NurseryFailedException.class::cast).findFirst().orElseThrow();
            assertEquals(Set.of("R2"), messages(inner));
        }

        @Test
        void s18_scope_takes_the_cancellation_out_of_a_group_and_leaves_the_failure() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                var failure = assertThrows(NurseryFailedException.class,
                        () -> outer.run(() -> Nursery.run("a", a -> {
                            a.startSoon("b", () -> Nursery.run("b", b -> {
                                b.startSoon("K", () -> new CancelScope().withShield().run(() -> {
                                    sleep(1);
                                    throw error("K");
                                }));
                                b.startSoon("sleeper", Checkpoints::sleepForever);
                            }));
                            a.startSoon("sleeper", Checkpoints::sleepForever);
                            clock.settle();
                            outer.cancel();
                        })));
                assertEquals(1, failure.failures().size());
                NurseryFailedException inner = assertInstanceOf(NurseryFailedException.class,
                        failure.failures().getFirst());
                assertEquals("K", inner.failures().getFirst().getMessage());
                assertFlags(outer, true, true);
            });
        }

        @Test
        void error_of_a_child_comes_out_as_itself_with_the_other_failures_suppressed() {
            AssertionError wrong = new AssertionError("wrong");
            var thrown = assertThrows(AssertionError.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startSoon("other", () -> new CancelScope().withShield().run(() -> {
                            sleep(1);
                            throw error("E");
                        }));
                        nursery.startSoon("wrong", () -> {
                            throw wrong;
                        });
                        sleeper("block");
                    })));
            assertSame(wrong, thrown);
            assertEquals(List.of("'wrong' of nursery 'nursery'", "E"),
                    Stream.of(thrown.getSuppressed()).map(Throwable::getMessage).toList());
            assertEquals(List.of("block cancelled"), trail);
        }

        @Test
        void typed_rethrow_finds_the_failure_by_type_or_throws_the_group() {
            NurseryFailedException failure = failureOf(nursery -> nursery.startSoon("io", () -> {
                throw new IOException("disk");
            }));
            assertEquals("disk", assertThrows(IOException.class, () -> {
                throw failure.rethrow(IOException.class);
            }).getMessage());
            assertSame(failure, assertThrows(NurseryFailedException.class, () -> {
                throw failure.rethrow(ArithmeticException.class);
            }));
        }

        @Test
        void s29_no_throwable_is_its_own_cause_or_suppressed_anywhere() {
            RuntimeException same = error("same");
            NurseryFailedException failure = failureOf(nursery -> {
                for (int i = 0; i < 3; i++) {
                    nursery.startSoon("same" + i, () -> new CancelScope().withShield().run(() -> {
                        sleep(1);
                        throw same;
                    }));
                }
                try {
                    nursery.scope().cancel();
                    Checkpoints.sleepForever();
                } finally {
                    throw0(same);
                }
            });
            assertAcyclic(failure, new IdentityHashMap<>());
        }

        @Test
        void s29_error_and_the_awaiter_that_wraps_it_do_not_suppress_each_other_in_a_circle() {
            AssertionError wrong = new AssertionError("wrong");
            var thrown = assertThrows(AssertionError.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        Task<?> bomb = nursery.startSoon("bomb", () -> {
                            sleep(1);
                            throw wrong;
                        });
                        nursery.startSoon("awaiter",
                                () -> new CancelScope().withShield().run(() -> bomb.await()));
                    })));
            assertSame(wrong, thrown);
            assertAcyclic(thrown, new IdentityHashMap<>());
        }

        @Test
        void failure_that_cannot_describe_itself_does_not_keep_the_nursery_waiting() {
            final class Mute extends RuntimeException {
                private static final long serialVersionUID = 1;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("broken on purpose");
                }
            }
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startSoon("mute", () -> {
                            throw new Mute();
                        });
                        sleeper("block");
                    })));
            assertInstanceOf(Mute.class, failure.getCause());
            assertTrue(failure.getMessage().contains("Mute"), failure.getMessage());
            assertEquals(List.of("block cancelled"), trail);
        }

        @Test
        void error_is_a_failure_even_if_it_mentions_an_interrupt() {
            AssertionError wrong = new AssertionError("wrong", new InterruptedException("of somebody"));
            assertSame(wrong, assertThrows(AssertionError.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startSoon("wrong", () -> {
                            throw wrong;
                        });
                        sleeper("block");
                    }))));
        }

        private static void assertAcyclic(Throwable thrown, Map<Throwable, Boolean> above) {
            assertFalse(above.containsKey(thrown), () -> "cycle at " + thrown);
            above.put(thrown, true);
            if (thrown.getCause() != null) assertAcyclic(thrown.getCause(), above);
            for (Throwable suppressed : thrown.getSuppressed()) assertAcyclic(suppressed, above);
            above.remove(thrown);
        }
    }

    @Nested
    class Cancelling {
        @Test
        void s15_nursery_whose_own_scope_is_cancelled_ends_normally() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                var scope = new AtomicReference<CancelScope>();
                Nursery.run(inner -> {
                    scope.set(inner.scope());
                    inner.startSoon("a", () -> sleeper("a"));
                    inner.startSoon("b", () -> sleeper("b"));
                    clock.settle();
                    inner.scope().cancel();
                });
                assertFlags(scope.get(), true, true);
            }));
            assertEquals(Set.of("a cancelled", "b cancelled"), Set.copyOf(trail));
        }

        @Test
        void s23_child_of_a_cancelled_nursery_runs_to_its_first_checkpoint() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.scope().cancel();
                nursery.startSoon("late", () -> {
                    trail.add("ran");
                    sleeper("late");
                });
            }));
            assertEquals(List.of("ran", "late cancelled"), trail);
        }

        @Test
        void s25_cancellation_reaches_every_leaf() {
            scheduler.run("main", () -> Nursery.run(top -> {
                for (int i = 0; i < 2; i++) {
                    top.startSoon("worker" + i, () -> Nursery.run(nursery -> {
                        nursery.startSoon("x", () -> sleeper("leaf"));
                        nursery.startSoon("y", () -> sleeper("leaf"));
                    }));
                }
                clock.settle();
                top.scope().cancel();
            }));
            assertEquals(List.of("leaf cancelled", "leaf cancelled", "leaf cancelled", "leaf cancelled"),
                    trail);
        }

        @Test
        void cancellation_reaches_the_children_while_the_block_is_in_a_scope_further_in() {
            scheduler.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        trail.add("child cancelled at " + time());
                    }
                });
                new CancelScope().withShield().run(() -> sleep(5));
                trail.add("block goes on at " + time());
            })));
            assertEquals(List.of("child cancelled at 1.0", "block goes on at 5.0"), trail);
        }

        @Test
        void value_survives_the_cancellation_of_the_nurserys_own_scope() {
            assertEquals("value", scheduler.call("main", () -> Nursery.call(nursery -> {
                nursery.startSoon("sleeper", Checkpoints::sleepForever);
                nursery.scope().cancel();
                return "value";
            })));
        }

        @Test
        void value_is_lost_when_an_outer_scope_is_cancelled_while_children_are_awaited() {
            ScopeResult<String> result = scheduler.call("main",
                    () -> Timeouts.moveOnAfter(seconds(1), () -> Nursery.call(nursery -> {
                        nursery.startSoon("sleeper", Checkpoints::sleepForever);
                        return "value";
                    })));
            assertTrue(result.isCancelled());
        }

        @Test
        void block_that_was_cut_short_by_the_nurserys_own_scope_has_no_value() {
            var thrown = assertThrows(ScopeCancelledException.class,
                    () -> scheduler.call("main", () -> Nursery.call("page", nursery -> {
                        nursery.startSoon("canceller", () -> nursery.scope().cancel("enough"));
                        Checkpoints.sleepForever();
                        return "value";
                    })));
            assertEquals("enough", thrown.reason().text());
            assertTrue(thrown.getMessage().contains("'page'"), thrown.getMessage());
        }

        @Test
        void exit_waits_for_shielded_children_even_when_cancelled() {
            scheduler.run("main", () -> Timeouts.moveOnAfter(seconds(1), () -> Nursery.run(nursery -> {
                nursery.startSoon("stubborn", () -> new CancelScope().withShield().run(() -> sleep(5)));
            })));
            assertEquals(5, time());
        }

        @Test
        void empty_nursery_is_no_checkpoint() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    Nursery.run(nursery -> {});
                    trail.add("went on");
                });
                assertFlags(scope, true, false);
            });
            assertEquals(List.of("went on"), trail);
        }
    }

    @Nested
    class Closing {
        @Test
        void s22_child_may_start_another_while_the_nursery_waits_for_it() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.startSoon("X", () -> {
                    sleep(1);
                    nursery.startSoon("Y", () -> {
                        sleep(1);
                        trail.add("Y at " + time());
                    });
                });
            }));
            assertEquals(List.of("Y at 2.0"), trail);
        }

        @Test
        void failure_names_the_tasks_that_failed() {
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> scheduler.run("main", () -> Nursery.run("shards", nursery -> {
                        for (int i = 0; i < 25; i++) {
                            int delay = i;
                            nursery.startSoon("shard-" + i, () -> {
                                new CancelScope().withShield().run(() -> sleep(1 + delay));
                                throw new IllegalStateException("lost");
                            });
                        }
                        throw new IOException("first");
                    })));
            assertEquals(26, failure.failures().size());
            String message = failure.getMessage();
            assertTrue(
                    message.startsWith("Nursery 'shards': 26 failures, of the block, 'shard-0', 'shard-1', "),
                    message);
            assertTrue(message.endsWith(", 'shard-18' and 6 more, first java.io.IOException: first"),
                    message);
        }

        @Test
        void s22_closed_nursery_refuses_children() {
            scheduler.run("main", () -> {
                var escaped = new AtomicReference<Nursery>();
                Nursery.run("short", escaped::set);
                var refused = assertThrows(IllegalStateException.class,
                        () -> escaped.get().startSoon("late", () -> trail.add("ran")));
                assertTrue(refused.getMessage().contains("'short' is closed"), refused.getMessage());
            });
            assertEquals(List.of(), trail);
        }
    }
}
