package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.sync.TaskLock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A stack that ends anywhere inside the kernel: the error comes out, no task outlives its run, and the
/// scheduler goes on as before.
///
/// Small stacks, and a padding that moves the end of the stack from one instruction to the next. `-Pdeep`
/// tries more paddings.
@Timeout(300)
class StackOverflowTest {
    private static final int STACK = 256 * 1024;
    private static final int ROUNDS = Integer.getInteger("stack.rounds", 8);
    private static final Duration LONG = Duration.ofHours(1);

    private final Scheduler scheduler = Scheduler.open();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void close() {
        scheduler.close();
    }

    /// What the recursion goes through.
    enum Way {
        RUN {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Nursery.run(_ -> deeper.run());
            }
        },
        CHILD_OF_EACH_LEVEL {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Nursery.run(nursery -> {
                    nursery.startSoon(test::child);
                    deeper.run();
                });
            }
        },
        CHILD_THAT_STAYS {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Nursery.run(nursery -> {
                    nursery.startSoon(() -> test.counted(Checkpoints::sleepForever));
                    deeper.run();
                });
            }
        },
        FAIL_AFTER {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Timeouts.failAfter(LONG, () -> deeper.run());
            }
        },
        SHIELD {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                new CancelScope().withShield().run(() -> deeper.run());
            }
        },
        LATE_START {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Nursery.run(nursery -> {
                    nursery.startAfter(LONG, "late", test::child);
                    deeper.run();
                });
            }
        },
        START {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Nursery.run(nursery -> {
                    nursery.<@Nullable Void, RuntimeException>start("started", status -> test.counted(() -> {
                        status.started(null);
                        Checkpoints.sleepForever();
                    }));
                    deeper.run();
                });
            }
        },
        CANCEL {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    deeper.run();
                    scope.cancel();
                });
            }
        },
        RENDEZVOUS {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Channel<Integer> channel = Channels.open(0);
                Nursery.run(nursery -> {
                    nursery.startSoon(() -> test.counted(() -> channel.receiver().forEach(_ -> {})));
                    channel.sender().feed(sender -> {
                        sender.send(1);
                        deeper.run();
                    });
                });
            }
        },
        LOCK {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                TaskLock lock = new TaskLock();
                Nursery.run(nursery -> lock.run(() -> {
                    nursery.startSoon(() -> test.counted(() -> lock.run(() -> {})));
                    deeper.run();
                }));
            }
        },
        SLEEP {
            @Override
            void down(StackOverflowTest test, Runnable deeper) {
                Checkpoints.sleep(Duration.ofNanos(1));
                deeper.run();
                Checkpoints.checkCancelled();
            }
        };

        abstract void down(StackOverflowTest test, Runnable deeper);
    }

    private void child() {
        counted(() -> {});
    }

    private void counted(Runnable code) {
        begun.incrementAndGet();
        try {
            code.run();
        } finally {
            ended.incrementAndGet();
        }
    }

    @ParameterizedTest
    @EnumSource
    void error_comes_out_and_the_scheduler_goes_on(Way way) throws Exception {
        for (int padding = 0; padding < ROUNDS; padding++) {
            int pad = padding;
            Throwable thrown = onSmallStack(
                    () -> scheduler.run("deep", () -> Padding.run(pad, () -> recurse(way))));
            assertTrue(leavesAnOverflow(thrown), () -> "round " + pad + ": " + thrown);
            assertNothingIsLeft(pad);
        }
    }

    private static boolean leavesAnOverflow(@Nullable Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof StackOverflowError) return true;
        }
        return false;
    }

    private void recurse(Way way) {
        way.down(this, () -> recurse(way));
    }

    private void assertNothingIsLeft(int round) {
        assertEquals(0, scheduler.statistics().runs());
        assertEquals(begun.get(), ended.get(), () -> "round " + round + ": a task outlived its run");
        assertEquals(0, scheduler.statistics().deadlines(), () -> "round " + round);
        scheduler.run("after", () -> {
            assertThrows(TooSlowException.class,
                    () -> Timeouts.failAfter(Duration.ofNanos(1), Checkpoints::sleepForever));
            Timeouts.failAfter(LONG, () -> Nursery.run(nursery -> nursery.startSoon(this::child)));
        });
    }

    private static @Nullable Throwable onSmallStack(Runnable code) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(null, () -> {
            try {
                code.run();
            } catch (Throwable t) {
                thrown[0] = t;
            }
        }, "small", STACK);
        thread.start();
        thread.join();
        return thrown[0];
    }
}
