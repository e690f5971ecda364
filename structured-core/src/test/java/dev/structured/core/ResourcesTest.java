package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// [Nursery#use]: what is closed when, and what becomes of what a close throws.
class ResourcesTest extends KernelTest {
    private final List<String> seen = new ArrayList<>();

    private AutoCloseable resource(String name) {
        return () -> seen.add(name + " closed at " + time());
    }

    @Test
    void are_closed_last_in_first_out_after_the_children() {
        scheduler.run("main", () -> {
            Nursery.run(nursery -> {
                nursery.use(resource("first"));
                nursery.use(resource("second"));
                nursery.startSoon("child", () -> {
                    nursery.use(resource("of the child"));
                    sleep(3);
                    seen.add("child ends");
                });
                seen.add("block ends");
            });
            seen.add("after");
        });
        assertEquals(List.of("block ends", "child ends", "of the child closed at 3.0",
                "second closed at 3.0", "first closed at 3.0", "after"), seen);
    }

    @Test
    void close_may_wait_although_all_around_is_cancelled() {
        scheduler.run("main", () -> {
            CancelScope around = new CancelScope("around");
            around.run(() -> Nursery.run(nursery -> {
                nursery.use("polite", () -> {
                    sleep(2);
                    seen.add("polite");
                }, seconds(5));
                around.cancel();
                Checkpoints.sleepForever();
            }));
            assertFlags(around, true, true);
            assertEquals(2, time());
        });
        assertEquals(List.of("polite"), seen);
    }

    @Test
    void slow_close_is_cut_short_and_the_others_have_their_own_time() {
        var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    nursery.use("brief", () -> {
                        sleep(4);
                        seen.add("brief");
                    }, seconds(5));
                    nursery.use("endless", Checkpoints::sleepForever, seconds(5));
                })));
        assertEquals(List.of("brief"), seen);
        assertEquals(9, time());
        var slow = assertInstanceOf(TooSlowException.class, group.failures().getFirst());
        assertEquals("close of 'endless'", slow.scope());
    }

    @Test
    void failures_of_block_child_and_closes_are_all_there() {
        IOException block = new IOException("block");
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    nursery.use(() -> {
                        throw first;
                    });
                    nursery.use(() -> {
                        throw second;
                    });
                    throw block;
                })));
        assertEquals(List.of(block, second, first), group.failures());
    }

    @Test
    void failing_close_is_told_although_the_block_has_its_value() {
        var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                () -> Nursery.call("n", nursery -> {
                    nursery.use("broken", () -> {
                        throw new IOException("broken");
                    }, seconds(1));
                    return "value";
                })));
        assertEquals("broken", group.failures().getFirst().getMessage());
    }

    /// No cancellation reaches the close, so nothing that it throws tells of one.
    @Test
    void close_that_fails_as_interrupted_code_does_is_told_in_a_cancelled_nursery() {
        List<Exception> failures = List.of(new InterruptedIOException("no answer"),
                new InterruptedException("no answer"), new IOException(new InterruptedException("inside")));
        for (Exception failure : failures) {
            var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                    () -> Nursery.run(nursery -> {
                        nursery.use("broken", () -> {
                            throw failure;
                        }, seconds(1));
                        nursery.scope().cancel();
                    })));
            assertEquals(List.of(failure), group.failures());
        }
    }

    @Test
    void failing_close_does_not_hide_a_cancellation_from_outside() {
        scheduler.run("main", () -> {
            CancelScope around = new CancelScope("around");
            assertThrows(NurseryFailedException.class, () -> around.run(() -> Nursery.run(nursery -> {
                nursery.use(() -> {
                    throw new IOException("broken");
                });
                around.cancel();
                Checkpoints.checkpoint();
            })));
            assertFlags(around, true, true);
        });
    }

    @Test
    void closed_nursery_closes_what_it_is_given_at_once() {
        scheduler.run("main", () -> {
            Nursery[] leaked = {null};
            Nursery.run(nursery -> leaked[0] = nursery);
            var refused = assertThrows(IllegalStateException.class, () -> leaked[0].use(() -> {
                seen.add("closed");
                throw new IOException("and broken");
            }));
            assertTrue(refused.getMessage().contains("is closed"), refused.getMessage());
            assertEquals("and broken", refused.getSuppressed()[0].getMessage());
        });
        assertEquals(List.of("closed"), seen);
    }

    @Test
    void refused_resource_is_closed_by_a_task_that_is_cancelled_too() {
        scheduler.run("main", () -> {
            Nursery[] leaked = new Nursery[1];
            Nursery.run(nursery -> leaked[0] = nursery);
            CancelScope around = new CancelScope("around");
            around.run(() -> {
                around.cancel();
                var refused = assertThrows(IllegalStateException.class, () -> leaked[0].use("slow", () -> {
                    sleep(2);
                    seen.add("closed");
                    Checkpoints.sleepForever();
                }, seconds(1)));
                assertInstanceOf(TooSlowException.class, refused.getSuppressed()[0]);
            });
            assertEquals(10, time());
        });
        assertEquals(List.of("closed"), seen);
    }

    @Test
    void negative_limit_is_refused_and_the_resource_closed() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            assertThrows(IllegalArgumentException.class,
                    () -> nursery.use("r", resource("r"), Duration.ofSeconds(-1)));
            assertEquals(List.of("r closed at 0.0"), seen);
        }));
    }

    @Test
    void resource_is_returned() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            AutoCloseable resource = resource("r");
            assertSame(resource, nursery.use(resource));
        }));
    }
}
