package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
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
    private static final int LOOKS = 100_000;
    private static final String ITEM = "item";

    private final StackEnds ends = new StackEnds();

    @AfterEach
    void close() {
        ends.close();
    }

    /// A channel with a buffer, whose items are counted.
    private abstract static class Buffered extends StackEnds.Scene {
        static final int CAPACITY = 2;

        final Channel<String> channel = Channels.open(CAPACITY);

        @Override
        void after() {
            assertEquals(count, channel.statistics().buffered());
            StackEnds.elsewhere(() -> assertEquals(count < CAPACITY, channel.sender().trySend(ITEM)));
        }
    }

    /// A lock, or the like, that another task wants again and again.
    private static final class Contended extends StackEnds.Scene {
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
        void before(StackEnds ends) {
            ends.beside(() -> {
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
            StackEnds.Scene scene() {
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
            StackEnds.Scene scene() {
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
            StackEnds.Scene scene() {
                Channel<String> channel = Channels.open(0);
                AtomicInteger received = new AtomicInteger();
                return new StackEnds.Scene() {
                    @Override
                    void before(StackEnds ends) {
                        ends.beside(() -> channel.receiver().forEach(_ -> received.incrementAndGet()));
                    }

                    @Override
                    void step() {
                        if (channel.sender().trySend(ITEM)) count++;
                    }

                    @Override
                    void after() {
                        assertEquals(count, channel.statistics().received());
                        channel.sender().close();
                        StackEnds.awaitCount(received, count);
                    }
                };
            }
        },
        TRY_RECEIVE_FROM_A_WAITING_SENDER {
            @Override
            StackEnds.Scene scene() {
                Channel<String> channel = Channels.open(1);
                AtomicInteger sent = new AtomicInteger();
                return new StackEnds.Scene() {
                    @Override
                    void before(StackEnds ends) {
                        ends.beside(() -> {
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
            StackEnds.Scene scene() {
                Channel<String> channel = Channels.open(1);
                return new StackEnds.Scene() {
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
            StackEnds.Scene scene() {
                Broadcast<String> broadcast = Broadcast.open("broadcast", 2, SlowReader.BLOCK);
                ReceiveChannel<String> first = broadcast.subscribe();
                ReceiveChannel<String> second = broadcast.subscribe();
                return new StackEnds.Scene() {
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
                        StackEnds.elsewhere(broadcast::close);
                    }
                };
            }
        },
        SELECT {
            @Override
            StackEnds.Scene scene() {
                Channel<String> one = Channels.open(1);
                Channel<String> other = Channels.open(1);
                return new StackEnds.Scene() {
                    @Override
                    void step() {
                        count += new Select<Integer>().receive(one.receiver(), _ -> -1)
                                .receive(other.receiver(), _ -> -1).send(other.sender(), () -> ITEM, () -> 1)
                                .orElse(() -> 0).await();
                    }

                    @Override
                    void after() {
                        StackEnds.elsewhere(() -> {
                            assertTrue(one.sender().trySend(ITEM));
                            other.receiver().close();
                        });
                    }
                };
            }
        },
        SEMAPHORE {
            @Override
            StackEnds.Scene scene() {
                TaskSemaphore semaphore = new TaskSemaphore(3);
                return new StackEnds.Scene() {
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
            StackEnds.Scene scene() {
                TaskSemaphore semaphore = new TaskSemaphore(1);
                return new Contended(semaphore::tryAcquire, semaphore::release, semaphore::run,
                        () -> semaphore.statistics().waiting());
            }
        },
        LOCK {
            @Override
            StackEnds.Scene scene() {
                TaskLock lock = new TaskLock();
                return new StackEnds.Scene() {
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
            StackEnds.Scene scene() {
                CapacityLimiter limiter = new CapacityLimiter(2);
                return new StackEnds.Scene() {
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
            StackEnds.Scene scene() {
                TaskLock lock = new TaskLock();
                return new Contended(lock::tryAcquire, lock::release, lock::run,
                        () -> lock.statistics().waiting());
            }
        },
        LIMITER_THAT_ANOTHER_WAITS_FOR {
            @Override
            StackEnds.Scene scene() {
                CapacityLimiter limiter = new CapacityLimiter(1);
                return new Contended(limiter::tryAcquire, limiter::release, limiter::run,
                        () -> limiter.statistics().waiting());
            }
        },
        RATE {
            @Override
            StackEnds.Scene scene() {
                RateLimiter limiter = new RateLimiter("rate", 1_000_000, Duration.ofSeconds(1));
                return new StackEnds.Scene() {
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
            StackEnds.Scene scene() {
                Event event = new Event();
                return new StackEnds.Scene() {
                    @Override
                    void before(StackEnds ends) {
                        ends.beside(event::await);
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

        abstract StackEnds.Scene scene();
    }

    @ParameterizedTest
    @EnumSource
    void has_happened_or_not(Step step) throws InterruptedException {
        ends.play(step::scene);
    }
}
