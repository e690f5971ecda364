package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskLocalTest extends KernelTest {
    private final TaskLocal<String> local = new TaskLocal<>("local", "initial");
    private final TaskLocal<String> tree = new TaskLocal<>("tree", "initial", TaskLocal.Inheritance.TREE);
    private final List<String> trail = new CopyOnWriteArrayList<>();

    @Test
    void task_that_inherited_nothing_has_the_initial_value() {
        scheduler.run("main", () -> assertEquals("initial", local.get()));
        TaskLocal<String> none = new TaskLocal<>("none", null);
        scheduler.run("main", () -> assertNull(none.get()));
    }

    @Test
    void values_do_not_go_from_one_run_to_the_next() {
        scheduler.run("first", () -> local.set("first's"));
        scheduler.run("second", () -> assertEquals("initial", local.get()));
    }

    @Test
    void body_has_another_value_and_the_former_one_comes_back() {
        scheduler.run("main", () -> {
            assertEquals("inner", local.call("inner", local::get));
            assertEquals("initial", local.get());
            local.set("outer");
            assertThrows(IOException.class, () -> local.run("inner", () -> {
                assertEquals("inner", local.get());
                local.set("changed");
                throw new IOException("disk");
            }));
            assertEquals("outer", local.get());
            local.run(null, () -> assertNull(local.get()));
            assertEquals("outer", local.get());
        });
    }

    @Test
    void cancellation_puts_the_former_value_back() {
        scheduler.run("main", () -> {
            Timeouts.moveOnAfter(seconds(1), () -> local.run("inner", Checkpoints::sleepForever));
            assertEquals("initial", local.get());
        });
    }

    @Test
    void block_of_a_nursery_shares_its_openers_values() {
        scheduler.run("main", () -> {
            local.set("before");
            Nursery.run(_ -> {
                assertEquals("before", local.get());
                local.set("block's");
            });
            assertEquals("block's", local.get());
        });
    }

    @Test
    void child_has_what_its_starter_had_then_and_keeps_its_changes_to_itself() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            local.set("a");
            Task<?> child = nursery.startSoon("child", () -> {
                clock.settle();
                trail.add(local.get());
                local.set("child's");
                Nursery.run(inner -> inner.startSoon("grandchild", () -> trail.add(local.get())));
            });
            local.set("b");
            Task<?> sibling = nursery.startSoon("sibling", () -> {
                child.await();
                assertEquals("b", local.get());
            });
            sibling.await();
            assertEquals("b", local.get());
        }));
        assertEquals(List.of("a", "child's"), trail);
    }

    @Test
    void many_locals_are_kept_apart() {
        scheduler.run("main", () -> {
            List<TaskLocal<Integer>> many = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 50; i++) {
                many.add(new TaskLocal<>("l" + i, -1));
                many.get(i).set(i);
            }
            Nursery.run(nursery -> nursery.startSoon("child", () -> {
                for (int i = 0; i < 50; i++) assertEquals(i, many.get(i).get());
            }));
        });
    }

    @Test
    void threads_without_a_task_have_none() {
        assertThrows(IllegalStateException.class, local::get);
        assertThrows(IllegalStateException.class, () -> local.set("v"));
        assertThrows(IllegalStateException.class, () -> local.run("v", () -> trail.add("not reached")));
        assertEquals(List.of(), trail);
    }

    @Nested
    class ByTheTree {
        @Test
        void value_is_the_openers_whoever_starts_the_task() {
            scheduler.run("main", () -> {
                tree.set("opener's");
                local.set("opener's");
                Nursery.run(outer -> {
                    tree.set("changed after the opening");
                    outer.startSoon("starter", () -> {
                        local.set("starter's");
                        tree.set("starter's");
                        outer.startSoon("child", () -> trail.add(local.get() + ", " + tree.get()));
                    });
                });
                assertEquals("changed after the opening", tree.get());
            });
            assertEquals(List.of("starter's, opener's"), trail);
        }

        @Test
        void value_goes_down_through_nurseries() {
            scheduler.run("main", () -> tree.run("top's", () -> Nursery.run(a -> a.startSoon("a",
                    () -> Nursery.run(b -> b.startSoon("b", () -> trail.add(tree.get())))))));
            assertEquals(List.of("top's"), trail);
        }

        @Test
        void value_of_a_starter_elsewhere_does_not_get_in_where_there_is_none() {
            scheduler.run("main", () -> Nursery.run(service -> {
                Nursery.run(other -> {
                    tree.set("other's");
                    other.startSoon("caller", () -> service.startSoon("child", () -> trail.add(tree.get())));
                });
            }));
            assertEquals(List.of("initial"), trail);
        }

        @Test
        void started_tasks_have_it_too() {
            scheduler.run("main", () -> tree.run("opener's", () -> Nursery.run(nursery -> {
                tree.set("changed");
                assertEquals("opener's",
                        nursery.<String, RuntimeException>start("child",
                                status -> status.started(tree.get())));
            })));
        }
    }

    @Nested
    class Propagators {
        private final ThreadLocal<String> foreign = new ThreadLocal<>();
        private static final ScopedValue<String> USER = ScopedValue.newInstance();
        private static final ScopedValue<String> TENANT = ScopedValue.newInstance();

        private void with(Body<Exception> body, Propagator... propagators) throws Exception {
            Scheduler.Builder builder = Scheduler.builder().platform(new VirtualClock());
            for (Propagator propagator : propagators) builder.propagator(propagator);
            try (Scheduler own = builder.build()) {
                own.run("main", body);
                assertEquals(0, own.statistics().tasks());
            }
        }

        private Runnable carried(Runnable task) {
            String value = foreign.get();
            return () -> {
                foreign.set(value);
                try {
                    task.run();
                } finally {
                    foreign.remove();
                }
            };
        }

        @Test
        void foreign_context_goes_from_the_starter_to_the_task() throws Exception {
            with(() -> Nursery.run(nursery -> {
                foreign.set("main's");
                assertEquals("main's", nursery.startSoon("child", foreign::get).await());
                assertEquals("main's",
                        nursery.<String, RuntimeException>start("started",
                                status -> status.started(foreign.get())));
                nursery.startSoon("child", () -> Nursery.run(inner -> {
                    foreign.set("child's");
                    inner.startSoon("grandchild", () -> trail.add(foreign.get()));
                }));
                foreign.remove();
            }), this::carried);
            assertEquals(List.of("child's"), trail);
        }

        @Test
        void first_one_is_outermost() throws Exception {
            with(() -> Nursery.run(nursery -> nursery.startSoon("child", () -> trail.add("task"))), //
                    task -> around("a", task), task -> around("b", task));
            assertEquals(List.of("a in", "b in", "task", "b out", "a out"), trail);
        }

        private Runnable around(String name, Runnable task) {
            return () -> {
                trail.add(name + " in");
                task.run();
                trail.add(name + " out");
            };
        }

        @Test
        void failure_of_the_task_comes_through_and_the_propagators_own_end_is_reached() throws Exception {
            with(() -> {
                var failure = assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                    nursery.startSoon("child", () -> {
                        throw new IOException("disk");
                    });
                }));
                assertEquals("disk", failure.leaves().getFirst().getMessage());
            }, task -> around("a", task));
            assertEquals(List.of("a in", "a out"), trail);
        }

        @Test
        void cancellation_comes_through() throws Exception {
            with(() -> Nursery.run(nursery -> {
                Task<?> child = nursery.startSoon("child", Checkpoints::sleepForever);
                nursery.scope().cancel();
                new CancelScope().withShield()
                        .run(() -> assertThrows(ScopeCancelledException.class, child::await));
            }), task -> around("a", task));
            assertEquals(List.of("a in", "a out"), trail);
        }

        @Test
        void one_that_throws_at_the_start_starts_nothing_and_leaves_nothing() throws Exception {
            with(() -> Nursery.run(nursery -> {
                assertThrows(ArithmeticException.class,
                        () -> nursery.startSoon("no", () -> trail.add("ran")));
                assertThrows(ArithmeticException.class,
                        () -> nursery.startUntilReady("no", TaskStatus::started));
                Checkpoints.checkpoint();
                assertFalse(nursery.scope().isCancelled());
            }), _ -> {
                throw new ArithmeticException("on purpose");
            });
            assertEquals(List.of(), trail);
        }

        @Test
        void one_that_throws_on_the_tasks_thread_fails_the_task() throws Exception {
            with(() -> {
                var failure = assertThrows(NurseryFailedException.class,
                        () -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
                            throw new IOException("disk");
                        })));
                Throwable leaf = failure.leaves().getFirst();
                assertEquals("disk", leaf.getMessage());
                assertInstanceOf(ArithmeticException.class, leaf.getSuppressed()[0]);
            }, task -> () -> {
                task.run();
                throw new ArithmeticException("on purpose");
            });
        }

        @Test
        void one_that_does_not_run_its_task_fails_it() throws Exception {
            with(() -> {
                var failure = assertThrows(NurseryFailedException.class,
                        () -> Nursery.run(nursery -> nursery.startSoon("child", () -> trail.add("ran"))));
                assertTrue(failure.getCause().getMessage().contains("did not run the task"),
                        failure.getCause().getMessage());
            }, _ -> () -> {});
            assertEquals(List.of(), trail);
        }

        @Test
        void one_that_runs_its_task_twice_fails_it() throws Exception {
            with(() -> assertThrows(NurseryFailedException.class,
                    () -> Nursery.run(nursery -> nursery.startSoon("child", () -> trail.add("ran")))),
                    task -> () -> {
                        task.run();
                        task.run();
                    });
            assertEquals(List.of("ran"), trail);
        }

        @Test
        void scoped_values_are_bound_again() {
            try (Scheduler own = Scheduler.builder().platform(new VirtualClock()).rebind(USER, TENANT)
                    .build()) {
                ScopedValue.where(USER, "u").run(() -> own.run("main", () -> Nursery.run(nursery -> {
                    nursery.startSoon("child", () -> {
                        trail.add(USER.get() + " " + TENANT.isBound());
                        ScopedValue.where(USER, "v").where(TENANT, "t").run(() -> Nursery.run(
                                inner -> inner.startSoon("grandchild",
                                        () -> trail.add(USER.get() + " " + TENANT.get()))));
                    });
                })));
                own.run("unbound", () -> Nursery.run(nursery -> nursery.startSoon("child",
                        () -> trail.add("unbound " + USER.isBound()))));
            }
            assertEquals(List.of("u false", "v t", "unbound false"), trail);
        }

        @Test
        void scoped_values_that_nobody_named_are_not_bound() {
            var seen = new AtomicReference<Boolean>();
            ScopedValue.where(USER, "u").run(() -> scheduler.run("main", () -> Nursery.run(nursery -> {
                assertSame("u", USER.get());
                nursery.startSoon("child", () -> seen.set(USER.isBound()));
            })));
            assertEquals(false, seen.get());
        }
    }
}
