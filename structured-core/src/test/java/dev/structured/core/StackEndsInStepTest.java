package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Select;
import dev.structured.core.channel.SlowReader;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.RateLimiter;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A stack that ends inside a single step of a channel, a lock or an event: the step has happened, or it has
/// not and the error comes out. In both cases all goes on as before.
///
/// A task recurses to the end of a small stack, and tries the step at each level on the way back. So the step
/// begins with every amount of stack, from none to plenty. [StackOverflowTest] has the ways down.
@Timeout(300)
class StackEndsInStepTest {
    private static final int STACK = 256 * 1024;
    private static final int ROUNDS = Integer.getInteger("stack.rounds", 8);
    /// With more stack a step succeeds too.
    private static final int ENOUGH = 20;
    private static final long PATIENCE_MILLIS = 60_000;
    private static final int LOOKS = 100_000;
    private static final String ITEM = "item";

    private final Scheduler scheduler = Scheduler.open();
    private final List<Thread> others = new ArrayList<>();
    private int succeeded;
    private int overflows;
    private boolean whole;

    @AfterEach
    void close() {
        if (whole) scheduler.close(); // else it could wait for ever
    }

    /// What is used, and what must hold of it. Counts are written by the task that recurses.
    abstract static class Scene {
        int count;

        /// Begins what goes on beside, on threads of its own.
        void before(StackEndsInStepTest test) {}

        abstract void step();

        /// Called by the same task, with plenty of stack.
        abstract void after();
    }

    /// A channel with a buffer, whose items are counted.
    private abstract static class Buffered extends Scene {
        static final int CAPACITY = 2;

        final Channel<String> channel = Channels.open(CAPACITY);

        @Override
        void after() {
            assertEquals(count, channel.statistics().buffered());
            elsewhere(() -> assertEquals(count < CAPACITY, channel.sender().trySend(ITEM)));
        }
    }

    /// A lock, or the like, that another task wants again and again.
    private static final class Contended extends Scene {
        private final BooleanSupplier tryAcquire;
        private final Runnable release;
        private final Consumer<Body<RuntimeException>> run;
        private final IntSupplier waiting;
        private volatile boolean over;

        Contended(BooleanSupplier tryAcquire, Runnable release, Consumer<Body<RuntimeException>> run,
                IntSupplier waiting) {
            this.tryAcquire = tryAcquire;
            this.release = release;
            this.run = run;
            this.waiting = waiting;
        }

        @Override
        void before(StackEndsInStepTest test) {
            test.beside(() -> {
                while (!over)
                    run.accept(Checkpoints::checkpoint);
            });
        }

        /// The other task waits when this gives back, unless it is slow today.
        @Override
        void step() {
            if (!tryAcquire.getAsBoolean()) return;
            try {
                for (int i = 0; i < LOOKS && waiting.getAsInt() == 0; i++) Thread.onSpinWait();
            } finally {
                release.run();
            }
        }

        @Override
        void after() {
            over = true;
            run.accept(() -> count++);
        }
    }

    enum Step {
        TRY_SEND_AND_TRY_RECEIVE {
            @Override
            Scene scene() {
                return new Buffered() {
                    @Override
                    void step() {
                        if (count < CAPACITY) {
                            if (channel.sender().trySend(ITEM)) count++;
                        } else if (channel.receiver().tryReceive() != null) {
                            count--;
                        }
                    }
                };
            }
        },
        SEND_AND_RECEIVE {
            @Override
            Scene scene() {
                return new Buffered() {
                    @Override
                    void step() {
                        if (count < CAPACITY) {
                            channel.sender().send(ITEM);
                            count++;
                        } else {
                            channel.receiver().receive();
                            count--;
                        }
                    }
                };
            }
        },
        TRY_SEND_TO_A_WAITING_RECEIVER {
            @Override
            Scene scene() {
                Channel<String> channel = Channels.open(0);
                AtomicInteger received = new AtomicInteger();
                return new Scene() {
                    @Override
                    void before(StackEndsInStepTest test) {
                        test.beside(() -> channel.receiver().forEach(_ -> received.incrementAndGet()));
                    }

                    @Override
                    void step() {
                        if (channel.sender().trySend(ITEM)) count++;
                    }

                    @Override
                    void after() {
                        assertEquals(count, channel.statistics().received());
                        channel.sender().close();
                        awaitCount(received, count);
                    }
                };
            }
        },
        TRY_RECEIVE_FROM_A_WAITING_SENDER {
            @Override
            Scene scene() {
                Channel<String> channel = Channels.open(1);
                AtomicInteger sent = new AtomicInteger();
                return new Scene() {
                    @Override
                    void before(StackEndsInStepTest test) {
                        test.beside(() -> {
                            try {
                                while (true) {
                                    channel.sender().send(ITEM);
                                    sent.incrementAndGet();
                                }
                            } catch (BrokenException expected) {
                                // the receiver is closed
                            }
                        });
                    }

                    @Override
                    void step() {
                        if (channel.receiver().tryReceive() != null) count++;
                    }

                    @Override
                    void after() {
                        assertEquals(count, channel.statistics().received());
                        channel.receiver().close();
                    }
                };
            }
        },
        HANDLES {
            @Override
            Scene scene() {
                Channel<String> channel = Channels.open(1);
                return new Scene() {
                    @Override
                    void step() {
                        try (ReceiveChannel<String> receiver = channel.receiver().duplicate()) {
                            count += receiver.statistics().buffered();
                        }
                        channel.sender().duplicate().close();
                    }

                    @Override
                    void after() {
                        assertEquals(1, channel.statistics().openReceivers());
                    }
                };
            }
        },
        BROADCAST {
            @Override
            Scene scene() {
                Broadcast<String> broadcast = Broadcast.open("broadcast", 2, SlowReader.BLOCK);
                ReceiveChannel<String> first = broadcast.subscribe();
                ReceiveChannel<String> second = broadcast.subscribe();
                return new Scene() {
                    private int ofSecond;

                    @Override
                    void step() {
                        if (count < 2) {
                            if (!broadcast.trySend(ITEM)) return;
                            count++;
                            ofSecond++;
                        }
                        if (first.tryReceive() != null) count--;
                        if (second.tryReceive() != null) ofSecond--;
                    }

                    @Override
                    void after() {
                        assertEquals(count, first.statistics().buffered());
                        assertEquals(ofSecond, second.statistics().buffered());
                        elsewhere(broadcast::close);
                    }
                };
            }
        },
        SELECT {
            @Override
            Scene scene() {
                Channel<String> one = Channels.open(1);
                Channel<String> other = Channels.open(1);
                return new Scene() {
                    @Override
                    void step() {
                        count += new Select<Integer>().receive(one.receiver(), _ -> -1)
                                .receive(other.receiver(), _ -> -1).send(other.sender(), () -> ITEM, () -> 1)
                                .orElse(() -> 0).await();
                    }

                    @Override
                    void after() {
                        elsewhere(() -> {
                            assertTrue(one.sender().trySend(ITEM));
                            other.receiver().close();
                        });
                    }
                };
            }
        },
        SEMAPHORE {
            @Override
            Scene scene() {
                TaskSemaphore semaphore = new TaskSemaphore(3);
                return new Scene() {
                    @Override
                    void step() {
                        semaphore.run(() -> count++);
                        if (semaphore.tryAcquire()) semaphore.release();
                    }

                    @Override
                    void after() {
                        assertEquals(3, semaphore.statistics().permits());
                    }
                };
            }
        },
        SEMAPHORE_THAT_ANOTHER_WAITS_FOR {
            @Override
            Scene scene() {
                TaskSemaphore semaphore = new TaskSemaphore(1);
                return new Contended(semaphore::tryAcquire, semaphore::release, semaphore::run,
                        () -> semaphore.statistics().waiting());
            }
        },
        LOCK {
            @Override
            Scene scene() {
                TaskLock lock = new TaskLock();
                return new Scene() {
                    @Override
                    void step() {
                        lock.run(() -> count++);
                    }

                    @Override
                    void after() {
                        assertNull(lock.statistics().owner());
                    }
                };
            }
        },
        LIMITER {
            @Override
            Scene scene() {
                CapacityLimiter limiter = new CapacityLimiter(2);
                return new Scene() {
                    @Override
                    void step() {
                        limiter.run(() -> count++);
                        if (limiter.tryAcquireOnBehalfOf(this)) limiter.releaseOnBehalfOf(this);
                    }

                    @Override
                    void after() {
                        assertEquals(0, limiter.statistics().borrowed());
                    }
                };
            }
        },
        LOCK_THAT_ANOTHER_WAITS_FOR {
            @Override
            Scene scene() {
                TaskLock lock = new TaskLock();
                return new Contended(lock::tryAcquire, lock::release, lock::run,
                        () -> lock.statistics().waiting());
            }
        },
        LIMITER_THAT_ANOTHER_WAITS_FOR {
            @Override
            Scene scene() {
                CapacityLimiter limiter = new CapacityLimiter(1);
                return new Contended(limiter::tryAcquire, limiter::release, limiter::run,
                        () -> limiter.statistics().waiting());
            }
        },
        RATE {
            @Override
            Scene scene() {
                RateLimiter limiter = new RateLimiter("rate", 1_000_000, Duration.ofSeconds(1));
                return new Scene() {
                    @Override
                    void step() {
                        limiter.acquire();
                    }

                    @Override
                    void after() {
                        assertEquals(0, limiter.statistics().waiting());
                    }
                };
            }
        },
        EVENT {
            @Override
            Scene scene() {
                Event event = new Event();
                return new Scene() {
                    @Override
                    void before(StackEndsInStepTest test) {
                        test.beside(event::await);
                    }

                    @Override
                    void step() {
                        event.set();
                    }

                    @Override
                    void after() {
                        assertTrue(event.isSet());
                    }
                };
            }
        };

        abstract Scene scene();
    }

    @ParameterizedTest
    @EnumSource
    void has_happened_or_not(Step step) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            int padding = round;
            Scene scene = step.scene();
            scene.before(this);
            Throwable[] thrown = new Throwable[1];
            Thread small = new Thread(null,
                    () -> thrown[0] = thrownBy(() -> scheduler.run("deep", () -> deep(scene, padding))),
                    "small", STACK);
            small.start();
            awaitEnd(small);
            assertNull(thrown[0], () -> "round " + padding + ": " + thrown[0]);
            for (Thread other : others) awaitEnd(other);
            others.clear();
        }
        whole = true;
        assertTrue(overflows > 0, "no step met the end of the stack");
    }

    private void deep(Scene scene, int padding) {
        scene.step(); // links the code of the test
        Padding.run(padding, () -> descend(scene, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        scene.after();
    }

    /// The numbers make the frames larger: a step at each of many small frames would take long.
    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    private void descend(Scene scene, long a, long b, long c, long d, long e, long f, long g, long h, long i,
            long k, long l, long m) {
        try {
            descend(scene, b, c, d, e, f, g, h, i, k, l, m, a + 1);
        } catch (StackOverflowError thrown) {
            succeeded = 0;
        }
        if (succeeded >= ENOUGH) return;
        try {
            scene.step();
            succeeded++;
        } catch (StackOverflowError thrown) {
            overflows++;
            succeeded = 0;
        }
    }

    /// Runs the code in a run of its own.
    private void beside(Runnable code) {
        others.add(Thread.startVirtualThread(() -> scheduler.run("beside", code::run)));
    }

    /// Runs the code on another thread, and awaits it.
    private static void elsewhere(Runnable code) {
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.startVirtualThread(() -> thrown[0] = thrownBy(code));
        awaitEnd(thread);
        assertNull(thrown[0], () -> String.valueOf(thrown[0]));
    }

    private static @Nullable Throwable thrownBy(Runnable code) {
        try {
            code.run();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            assertTrue(thread.join(Duration.ofMillis(PATIENCE_MILLIS)),
                    () -> "still waits: " + List.of(thread.getStackTrace()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitCount(AtomicInteger count, int expected) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (count.get() != expected) {
            assertFalse(System.nanoTime() > end, () -> count + " of " + expected);
            Thread.onSpinWait();
        }
    }
}
