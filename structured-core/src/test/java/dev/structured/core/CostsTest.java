package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Costs that must not grow with how many tasks, failures or causes there are. They are counted in steps.
@Timeout(60)
class CostsTest extends WatchedKernelTest {
    /// A throwable that counts how often it is asked for its cause.
    @SuppressWarnings("serial")
    private static final class Counting extends RuntimeException {
        static long asked;

        @Override
        public synchronized Throwable getCause() {
            asked++;
            return null;
        }
    }

    @Test
    void failures_of_a_nursery_are_looked_at_a_constant_number_of_times_each() {
        for (int count : List.of(1_000, 4_000)) {
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < count; i++) failures.add(new Counting());
            Counting.asked = 0;
            NurseryFailedException failure = new NurseryFailedException("n",
                    failures.stream().map(each -> new Failed(each, "task", null)).toList(), null);
            assertEquals(count - 1, failure.getSuppressed().length);
            assertTrue(Counting.asked <= 2L * count, Counting.asked + " for " + count);
        }
    }

    @Test
    void messages_of_nested_failures_do_not_grow_with_their_depth() {
        Throwable inner = new IOException("inner");
        for (int i = 0; i < 2_000; i++)
            inner = new NurseryFailedException("nursery " + i, List.of(new Failed(inner, "task", null)),
                    null);
        assertTrue(inner.toString().length() < 2_000, inner.toString().length() + " characters");
    }

    @Test
    void paths_and_reasons_do_not_grow_with_the_depth_of_the_tree() {
        watched.run("main", () -> {
            CancelScope around = new CancelScope();
            around.run(() -> descend(300, () -> {
                assertEquals("…" + "/task".repeat(64), Task.current().path());
                around.cancel();
                CancelReason reason = Checkpoints.effectiveDeadline().hasPassed() ? around.reason() : null;
                assertTrue(String.valueOf(reason).length() < 500, String.valueOf(reason));
            }));
        });
    }

    private static void descend(int depth, Runnable last) {
        if (depth == 0) last.run();
        else
            Nursery.run(nursery -> nursery.startSoon(() -> descend(depth - 1, last)));
    }

    @Test
    void constant_exception_that_replaces_cancellations_does_not_collect_them() {
        IllegalStateException constant = new IllegalStateException("constant");
        watched.run("test", () -> {
            for (int i = 0; i < 2_000; i++) {
                assertThrows(IllegalStateException.class, () -> {
                    CancelScope scope = new CancelScope();
                    scope.cancel();
                    scope.run(() -> {
                        try {
                            Checkpoints.checkpoint();
                        } finally {
                            raise(constant);
                        }
                    });
                });
            }
        });
        assertTrue(constant.getSuppressed().length < 100, constant.getSuppressed().length + " suppressed");
    }

    @Test
    void constant_error_with_failing_siblings_does_not_collect_them_without_end() {
        Error constant = new Error("constant");
        watched.run("test", () -> {
            for (int i = 0; i < 3_000; i++) {
                assertThrows(Error.class, () -> Nursery.run(nursery -> {
                    nursery.startSoon("sibling", () -> {
                        throw new IOException("sibling");
                    });
                    throw constant;
                }));
            }
        });
        assertTrue(constant.getSuppressed().length <= Suppressed.MOST);
    }

    /// A chain of causes without end, made as it is asked for.
    @SuppressWarnings("serial")
    private static final class Endless extends Exception {
        private final long[] asked;

        Endless(long[] asked) {
            this.asked = asked;
        }

        @Override
        public synchronized Throwable getCause() {
            asked[0]++;
            return new Endless(asked);
        }

        @Override
        public String getMessage() {
            return "endless";
        }
    }

    @Test
    void causes_without_end_are_followed_a_limited_number_of_steps() {
        long[] asked = {0};
        Endless endless = new Endless(asked);
        Error error = assertThrows(Error.class, () -> watched.run("test", () -> Nursery.run(nursery -> {
            nursery.startSoon("endless", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    raise(endless);
                }
            });
            sleep(1);
            throw new Error("first");
        })));
        assertSame(endless, error.getSuppressed()[0]);
        assertTrue(asked[0] < 10_000, asked[0] + " causes");
    }

    @Test
    void cancelling_a_scope_visits_only_the_tasks_inside_it() {
        CountingClock counting = new CountingClock();
        Scheduler counted = Scheduler.builder().platform(counting).build();
        counted.run("test", () -> Nursery.run(nursery -> {
            for (int i = 0; i < 500; i++) nursery.startSoon("sibling", Checkpoints::sleepForever);
            counting.clock.settle();
            counting.deliveries.set(0);
            for (int i = 0; i < 100; i++) new CancelScope().run(() -> {
                CancelScope inner = new CancelScope();
                inner.run(inner::cancel);
            });
            assertTrue(counting.deliveries.get() < 1_000, counting.deliveries + " visits");
            nursery.scope().cancel();
        }));
        counted.close();
    }

    @Test
    void thread_with_a_handler_of_its_own_does_not_look_through_all_tasks() throws Exception {
        Throwable[] thrown = {null};
        Thread other = Thread.ofPlatform().unstarted(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
            long before = TaskLookup.searches();
            for (int i = 0; i < 100; i++) {
                assertSame(null, Scheduler.currentOrNull());
                new CancelScope().cancel();
                watched.run("run", () -> assertSame(watched, Scheduler.current()));
                assertThrows(IllegalStateException.class, Task::current);
            }
            assertEquals(before, TaskLookup.searches());
        });
        other.setUncaughtExceptionHandler((_, e) -> thrown[0] = e);
        other.start();
        other.join();
        if (thrown[0] != null) throw new AssertionError(thrown[0]);
    }
}
