package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// [Nursery#startBackground]: tasks that serve the others and are stopped last.
class BackgroundTest extends KernelTest {
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private static void fail() throws IOException {
        throw new IOException("cleanup");
    }

    private void serve(String name) {
        try {
            Checkpoints.sleepForever();
        } finally {
            seen.add(name + " stopped at " + time());
        }
    }

    @Test
    void are_stopped_when_block_and_children_have_ended() {
        scheduler.run("main", () -> {
            Nursery.run(nursery -> {
                nursery.startBackground("heartbeat", () -> serve("heartbeat"));
                nursery.startSoon("child", () -> {
                    sleep(3);
                    seen.add("child ends");
                });
                sleep(1);
                seen.add("block ends");
            });
            seen.add("after");
        });
        assertEquals(List.of("block ends", "child ends", "heartbeat stopped at 3.0", "after"), seen);
    }

    @Test
    void block_that_still_runs_keeps_them() {
        scheduler.run("main", () -> {
            String value = Nursery.call(nursery -> {
                Task<?> heartbeat = nursery.startBackground("heartbeat", () -> serve("heartbeat"));
                sleep(5);
                assertFalse(heartbeat.isDone());
                return "value";
            });
            assertEquals("value", value);
        });
        assertEquals(List.of("heartbeat stopped at 5.0"), seen);
    }

    @Test
    void cancellation_reaches_them_after_the_others_have_stopped() {
        scheduler.run("main", () -> {
            CancelScope around = new CancelScope("around").withTimeout(seconds(1));
            around.run(() -> Nursery.run(nursery -> {
                nursery.startBackground("service", () -> serve("service"));
                nursery.startSoon("client", () -> {
                    try {
                        Checkpoints.sleepForever();
                    } finally {
                        new CancelScope("goodbye").withShield().run(() -> sleep(2));
                        seen.add("client has said goodbye");
                    }
                });
                Checkpoints.sleepForever();
            }));
            assertFlags(around, true, true);
        });
        assertEquals(List.of("client has said goodbye", "service stopped at 3.0"), seen);
    }

    @Test
    void failure_cancels_the_nursery_and_is_told() {
        IOException failure = new IOException("service");
        var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    nursery.startBackground("failing", () -> {
                        sleep(1);
                        throw failure;
                    });
                    nursery.startBackground("other", () -> serve("other"));
                    nursery.startSoon("child", () -> serve("child"));
                    serve("block");
                })));
        assertEquals(List.of(failure), group.failures());
        assertEquals("other stopped at 1.0", seen.getLast());
        assertEquals(3, seen.size());
    }

    @Test
    void failure_while_being_stopped_is_told_too() {
        var group = scheduler.call("main", () -> assertThrows(NurseryFailedException.class,
                () -> Nursery.call("n", nursery -> {
                    nursery.startBackground("failing", () -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            fail();
                        }
                    });
                    Checkpoints.yieldNow();
                    return "value";
                })));
        assertEquals("cleanup", group.failures().getFirst().getMessage());
    }

    @Test
    void one_that_ends_by_itself_ends_alone() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startBackground("brief", () -> sleep(1)).awaitEnd();
            assertFalse(nursery.scope().isCancelled());
            sleep(1);
        }));
        assertEquals(2, time());
    }

    @Test
    void may_start_others_as_long_as_they_are_there() {
        scheduler.run("main", () -> Nursery.run(nursery -> nursery.startBackground("first", () -> {
            nursery.startBackground("second", () -> serve("second"));
            serve("first");
        })));
        assertEquals(2, seen.size());
    }

    @Test
    void when_they_are_stopped_the_nursery_takes_no_children() {
        scheduler.run("main", () -> Nursery.run(nursery -> nursery.startBackground("late", () -> {
            try {
                Checkpoints.sleepForever();
            } finally {
                var refused = assertThrows(IllegalStateException.class,
                        () -> nursery.startSoon("child", () -> {}));
                assertTrue(refused.getMessage().contains("is closed"), refused.getMessage());
            }
        })));
    }

    @Test
    void resources_are_closed_after_them() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startBackground("service", () -> serve("service"));
            nursery.use("connection", () -> seen.add("connection closed"), seconds(1));
            sleep(1);
        }));
        assertEquals(List.of("service stopped at 1.0", "connection closed"), seen);
    }

    @Test
    void one_may_be_cancelled_alone() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> service = nursery.startBackground("service", () -> serve("service"));
            clock.settle();
            service.cancel();
            service.awaitEnd();
            assertFalse(nursery.scope().isCancelled());
        }));
    }

    @Test
    void tree_shows_them_in_their_place() {
        scheduler.run("main", () -> Nursery.run("parts", nursery -> {
            nursery.startBackground("service", Checkpoints::sleepForever);
            clock.settle();
            TaskTree.Entry entry = TaskTree.of(scheduler).tasks().get(1);
            assertEquals("service in background of parts, 0",
                    entry.name() + " in " + entry.nursery() + ", " + entry.parent());
        }));
    }

    @Test
    void closed_nursery_takes_none() {
        scheduler.run("main", () -> {
            Nursery[] leaked = {null};
            Nursery.run(nursery -> leaked[0] = nursery);
            assertThrows(IllegalStateException.class, () -> leaked[0].startBackground("late", () -> {}));
        });
    }
}
