package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Cases beyond those of the numbered scenarios, which have a package of their own. A number here says which
/// scenario a test goes further into.
class CancelScopeTest extends KernelTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// Else every look at the task tree would fail while it is open.
    @Test
    @SuppressWarnings("NullAway")
    void name_that_is_null_is_refused() {
        assertThrows(NullPointerException.class, () -> new CancelScope(null));
        scheduler.run("test", () -> assertThrows(NullPointerException.class,
                () -> Nursery.run(null, _ -> {})));
    }

    @Test
    void result_says_whether_the_block_was_cut_short() {
        scheduler.run("main", () -> {
            assertEquals("v", new CancelScope().call(() -> "v").orElseThrow());
            CancelScope scope = new CancelScope("s");
            ScopeResult<String> result = scope.call(() -> {
                scope.cancel("why");
                Checkpoints.checkpoint();
                return "v";
            });
            assertEquals(new ScopeResult.Cancelled<>(scope.reason()), result);
            assertEquals("other", result.orElse("other"));
            assertTrue(result.toOptional().isEmpty());
        });
    }

    @Nested
    class Shields {
        @Test
        void raising_a_shield_makes_checkpoints_quiet_and_lowering_it_loud_again() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                outer.run(() -> new CancelScope("inner").run(() -> {
                    outer.cancel();
                    CancelScope inner = Task.current("test").innermost();
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                    inner.setShielded(true);
                    Checkpoints.checkpoint();
                    sleep(1);
                    inner.setShielded(false);
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                }));
            });
            assertEquals(1, time());
        }

        @Test
        void shield_raised_while_cancelled_flies_leaves_it_to_the_outer_scope() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                CancelScope inner = new CancelScope("inner");
                outer.run(() -> {
                    inner.run(() -> {
                        outer.cancel();
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            inner.setShielded(true);
                        }
                    });
                    trail.add("after inner");
                });
                assertFlags(outer, true, true);
                assertFlags(inner, false, false);
            });
            assertEquals(List.of(), trail);
        }

        @Test
        void s38_cleanup_that_blocks_needs_a_shield_and_may_have_its_own_limit() {
            scheduler.run("main", () -> {
                assertEquals("unshielded at 1.0", cleanup(() -> sleep(2), "unshielded"));
                assertEquals("2 of 3 at 4.0",
                        cleanup(() -> new CancelScope().withTimeout(seconds(3)).withShield()
                                .run(() -> sleep(2)), "2 of 3"));
                assertEquals("20 of 3 at 8.0",
                        cleanup(() -> new CancelScope().withTimeout(seconds(3)).withShield()
                                .run(() -> sleep(20)), "20 of 3"));
            });
        }

        private String cleanup(Runnable cleanup, String name) {
            CancelScope scope = new CancelScope().withTimeout(seconds(1));
            var end = new AtomicReference<String>();
            scope.run(() -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    try {
                        cleanup.run();
                    } finally {
                        end.set(name + " at " + time());
                    }
                }
            });
            assertFlags(scope, true, true);
            return end.get();
        }
    }

    @Nested
    class Errors {
        private static void fail() {
            throw new IllegalArgumentException("V");
        }

        @Test
        void swallowed_cancellation_is_not_linked_to_a_later_error() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    assertThrows(Cancelled.class, Checkpoints::checkpoint);
                });
                var later = assertThrows(IllegalArgumentException.class,
                        () -> new CancelScope().run(() -> fail()));
                assertEquals(0, later.getSuppressed().length);
            });
        }
    }

    @Nested
    class Use {
        @Test
        void five_thousand_nested_nurseries_are_cancelled_from_the_top() {
            scheduler.run("main", () -> Nursery.run(top -> {
                dig(top, 5_000);
                clock.settle();
                top.scope().cancel();
            }));
            assertEquals(List.of("bottom cancelled"), trail);
        }

        private void dig(Nursery nursery, int depth) {
            nursery.startSoon("d", () -> {
                if (depth > 0) {
                    Nursery.run(inner -> dig(inner, depth - 1));
                } else {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        trail.add("bottom cancelled");
                    }
                }
            });
        }
    }

    @Nested
    class Reasons {
        @Test
        void s117_reason_tells_what_text_and_which_task() {
            scheduler.run("main", () -> {
                CancelScope explicit = new CancelScope("explicit");
                CancelReason reason = reasonIn(explicit, () -> explicit.cancel("because"));
                assertEquals(new CancelReason(CancelReason.Source.EXPLICIT, "explicit", "because", "main"),
                        reason);

                CancelScope late = new CancelScope("late").withTimeout(seconds(1));
                reason = reasonIn(late, () -> {});
                assertEquals(CancelReason.Source.DEADLINE, reason.source());
                assertEquals("its deadline passed 1000.0 ms after its start", reason.text());

                var seen = new AtomicReference<CancelReason>();
                assertThrows(NurseryFailedException.class, () -> Nursery.run("n", nursery -> {
                    nursery.startSoon("bomb", () -> {
                        throw new IllegalArgumentException("boom");
                    });
                    seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason());
                }));
                assertEquals(CancelReason.Source.CHILD_FAILED, seen.get().source());
                assertEquals("task 'main/bomb' threw java.lang.IllegalArgumentException: boom",
                        seen.get().text());
                assertEquals("main/bomb", seen.get().task());

                assertThrows(NurseryFailedException.class, () -> Nursery.run("n", nursery -> {
                    nursery.startSoon("sleeper", () -> {
                        seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason());
                    });
                    clock.settle();
                    throw new IllegalArgumentException("boom");
                }));
                assertEquals(CancelReason.Source.BODY_FAILED, seen.get().source());
            });
        }

        private static CancelReason reasonIn(CancelScope scope, Runnable cancel) {
            var seen = new AtomicReference<CancelReason>();
            scope.run(() -> {
                cancel.run();
                seen.set(assertThrows(Cancelled.class, Checkpoints::sleepForever).reason());
            });
            return seen.get();
        }

        @Test
        void reason_that_came_first_from_outside_is_kept() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                CancelScope inner = new CancelScope("inner");
                outer.run(() -> inner.run(() -> {
                    outer.cancel("outer first");
                    inner.cancel("inner second");
                    Cancelled thrown = assertThrows(Cancelled.class, Checkpoints::checkpoint);
                    assertEquals("outer first", thrown.reason().text());
                    assertSame(outer.reason(), inner.reason());
                }));
            });
        }
    }

    @Test
    void catch_exception_does_not_stop_a_cancellation() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                try {
                    Checkpoints.checkpoint();
                } catch (Exception e) {
                    trail.add("caught");
                }
                trail.add("went on");
            });
            assertFlags(scope, true, true);
        });
        assertEquals(List.of(), trail);
    }
}
