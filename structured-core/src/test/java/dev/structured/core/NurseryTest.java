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

/// Cases beyond those of the numbered scenarios, which have a package of their own. A number here says which
/// scenario a test goes further into.
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
    }
}
