package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.ChannelClosedException;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.EndOfChannelException;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Select;
import dev.structured.core.channel.SendChannel;
import dev.structured.core.channel.SlowReader;
import dev.structured.core.interop.Portal;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.TaskBarrier;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Space that ends inside a single step of a channel, a lock or an event: the step has happened, or it has
/// not and the error comes out. In both cases all goes on as before.
///
/// Each step is done again and again, and fails at each of its [allocations][NoSpace] in turn.
@Timeout(300)
public class SpaceEndsInStepTest {
    private static final long PATIENCE_MILLIS = Long.getLong("space.patience", 60_000);
    /// What ends something takes no space, and so cannot fail.
    private static final Set<Step> ENDS = EnumSet.of(Step.CLOSE_THE_SENDER, Step.CLOSE_THE_RECEIVER,
            Step.CLOSE_A_HANDLE_THAT_WAITS, Step.BROADCAST_TO_A_FULL_READER, Step.UNLOCK, Step.EVENT);
    /// No step allocates more often.
    private static final int MANY = 2_000;

    /// What is used, and what must hold of it. All runs in one nursery.
    abstract static class Scene {
        /// Begins what goes on beside, in tasks of its own.
        void before(Nursery nursery) throws InterruptedException {}

        /// Runs in a task of its own.
        abstract void step();

        /// Returns true if space may also end when the step's task ends.
        boolean failsAtItsEnd() {
            return false;
        }

        /// Runs in another task, as soon as the step waits or has ended.
        void meanwhile() throws InterruptedException {}

        /// Runs when the step has ended.
        ///
        /// @param done false if it threw the error
        abstract void after(boolean done) throws InterruptedException;

        static <T> T required(@Nullable T value) {
            return Objects.requireNonNull(value);
        }

        final void awaitThat(BooleanSupplier holds) {
            while (!holds.getAsBoolean())
                Checkpoints.sleep(Duration.ofNanos(100_000));
        }
    }

    /// A step that waits for an item, which comes meanwhile.
    private abstract static class Receiving extends Scene {
        final Channel<String> channel = Channels.open(8);
        final List<String> received = new ArrayList<>();

        @Override
        void meanwhile() {
            assertTrue(channel.sender().trySend("item"));
        }

        @Override
        void after(boolean done) {
            if (!done) {
                String left = channel.receiver().tryReceive();
                if (left != null) received.add(left);
            }
            assertEquals(List.of("item"), received);
            assertEquals(0, channel.statistics().waitingReceivers());
        }
    }

    enum Step {
        SEND {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<Integer> channel = Channels.open(1_000);
                    int count;

                    @Override
                    void step() {
                        for (int i = 0; i < 200; i++) {
                            channel.sender().send(count);
                            count++;
                        }
                    }

                    @Override
                    void after(boolean done) {
                        assertEquals(count, channel.statistics().buffered());
                        channel.sender().send(count++);
                        for (int i = 0; i < count; i++) assertEquals(i, channel.receiver().tryReceive());
                        assertNull(channel.receiver().tryReceive());
                    }
                };
            }
        },
        RECEIVE {
            @Override
            Scene scene() {
                return new Receiving() {
                    @Override
                    void step() {
                        received.add(channel.receiver().receive());
                    }
                };
            }
        },
        SELECT {
            @Override
            Scene scene() {
                return new Receiving() {
                    final Channel<String> other = Channels.open(0);

                    @Override
                    void step() {
                        received.add(new Select<String>().receive(other.receiver(), item -> item)
                                .receive(channel.receiver(), item -> item).await());
                    }

                    @Override
                    void after(boolean done) {
                        assertEquals(0, other.statistics().waitingReceivers());
                        super.after(done);
                    }
                };
            }
        },
        SELECT_WITH_A_LIMIT_AND_AN_EVENT {
            @Override
            Scene scene() {
                return new Receiving() {
                    final Event event = new Event();

                    @Override
                    void step() {
                        received.add(new Select<String>().on(event, () -> "event")
                                .receive(channel.receiver(), item -> item)
                                .after(Duration.ofHours(1), () -> "late").await());
                    }
                };
            }
        },
        RECEIVE_UP_TO {
            @Override
            Scene scene() {
                return new Scene() {
                    static final int COUNT = 40;
                    final Channel<Integer> channel = Channels.open(COUNT);
                    final List<Integer> received = new ArrayList<>(COUNT);

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < COUNT; i++) channel.sender().send(i);
                    }

                    @Override
                    void step() {
                        received.addAll(channel.receiver().receiveUpTo(COUNT));
                    }

                    @Override
                    void after(boolean done) {
                        for (Integer left = channel.receiver().tryReceive(); left != null;) {
                            received.add(left);
                            left = channel.receiver().tryReceive();
                        }
                        for (int i = 0; i < COUNT; i++) assertEquals(i, received.get(i));
                    }
                };
            }
        },
        WAIT_TO_SEND {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<String> channel = Channels.open(0);
                    @Nullable
                    String received;

                    @Override
                    void step() {
                        channel.sender().send("item");
                    }

                    @Override
                    void meanwhile() {
                        received = channel.receiver().tryReceive();
                    }

                    @Override
                    void after(boolean done) {
                        assertEquals(done ? "item" : null, received);
                        assertEquals(0, channel.statistics().waitingSenders());
                    }
                };
            }
        },
        OPEN_AND_CLOSE_HANDLES {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<String> channel = Channels.open(2);

                    @Override
                    void step() {
                        channel.sender().duplicate().close();
                        channel.receiver().duplicate().close();
                    }

                    @Override
                    void after(boolean done) {
                        // A handle that was not closed counts; one that nobody got does not.
                        assertEquals(1, channel.statistics().openSenders());
                        assertEquals(1, channel.statistics().openReceivers());
                    }
                };
            }
        },
        CLOSE_THE_SENDER {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<String> channel = Channels.open(2);
                    final SendChannel<String> other = channel.sender().duplicate();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        nursery.startSoon("receiver", () -> {
                            try {
                                channel.receiver().receive();
                            } catch (EndOfChannelException expected) {
                                ended.incrementAndGet();
                            }
                        });
                        awaitThat(() -> channel.statistics().waitingReceivers() == 1);
                        other.close();
                    }

                    @Override
                    void step() {
                        channel.sender().close();
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) channel.sender().close();
                        awaitThat(() -> ended.get() == 1);
                    }
                };
            }
        },
        CLOSE_THE_RECEIVER {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<String> channel = Channels.open(0);
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        nursery.startSoon("sender", () -> {
                            try {
                                channel.sender().send("item");
                            } catch (BrokenException expected) {
                                ended.incrementAndGet();
                            }
                        });
                        awaitThat(() -> channel.statistics().waitingSenders() == 1);
                    }

                    @Override
                    void step() {
                        channel.receiver().close();
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) channel.receiver().close();
                        awaitThat(() -> ended.get() == 1);
                    }
                };
            }
        },
        CLOSE_A_HANDLE_THAT_WAITS {
            @Override
            Scene scene() {
                return new Scene() {
                    final Channel<String> channel = Channels.open(0);
                    final ReceiveChannel<String> other = channel.receiver().duplicate();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        nursery.startSoon("receiver", () -> {
                            try {
                                other.receive();
                            } catch (ChannelClosedException expected) {
                                ended.incrementAndGet();
                            }
                        });
                        awaitThat(() -> channel.statistics().waitingReceivers() == 1);
                    }

                    @Override
                    void step() {
                        other.close();
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) other.close();
                        awaitThat(() -> ended.get() == 1);
                        assertEquals(1, channel.statistics().openReceivers());
                    }
                };
            }
        },
        BROADCAST {
            @Override
            Scene scene() {
                return broadcast(SlowReader.BLOCK);
            }
        },
        BROADCAST_THAT_DROPS {
            @Override
            Scene scene() {
                return broadcast(SlowReader.DROP_OLDEST);
            }
        },
        BROADCAST_THAT_GIVES_UP {
            @Override
            Scene scene() {
                return broadcast(SlowReader.FAIL);
            }
        },
        SUBSCRIBE {
            @Override
            Scene scene() {
                return new Scene() {
                    final Broadcast<Integer> broadcast = Broadcast.open("numbers", 64, SlowReader.BLOCK, 40);
                    @Nullable
                    ReceiveChannel<Integer> reader;

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 50; i++) broadcast.send(i);
                    }

                    @Override
                    void step() {
                        reader = broadcast.subscribe();
                    }

                    @Override
                    void after(boolean done) {
                        assertEquals(done ? 1 : 0, broadcast.statistics().readers());
                        if (reader != null) assertEquals(10, reader.tryReceive());
                    }
                };
            }
        },
        BROADCAST_TO_A_FULL_READER {
            @Override
            Scene scene() {
                return new Scene() {
                    final Broadcast<Integer> broadcast = Broadcast.open("numbers", 18, SlowReader.BLOCK, 18);
                    final ReceiveChannel<Integer> slow = broadcast.subscribe();
                    final ReceiveChannel<Integer> quick = broadcast.subscribe();
                    final AtomicInteger sent = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 15; i++) broadcast.send(i);
                        for (int i = 0; i < 15; i++) quick.receive();
                        for (int i = 15; i < 18; i++) broadcast.send(i);
                        nursery.startSoon("sender", () -> {
                            for (int i = 18; i < 33; i++) {
                                broadcast.send(i);
                                sent.incrementAndGet();
                            }
                        });
                        awaitThat(() -> broadcast.statistics().waitingSenders() == 1);
                    }

                    @Override
                    void step() {
                        assertEquals(0, slow.tryReceive());
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) assertEquals(0, slow.tryReceive());
                        for (int i = 1; i < 33; i++) assertEquals(i, slow.receive());
                        assertEquals(15, quick.receive());
                    }
                };
            }
        },
        LOCK {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskLock lock = new TaskLock();

                    @Override
                    void before(Nursery nursery) {
                        lock.acquire();
                        nursery.startSoon("first", () -> lock.run(() -> {}));
                        awaitThat(() -> lock.statistics().waiting() == 1);
                    }

                    @Override
                    void step() {
                        lock.run(() -> {});
                    }

                    @Override
                    void meanwhile() {
                        lock.release();
                    }

                    @Override
                    void after(boolean done) {
                        lock.run(() -> {});
                        assertNull(lock.statistics().owner());
                    }
                };
            }
        },
        UNLOCK {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskLock lock = new TaskLock();
                    @Nullable
                    Nursery nursery;

                    @Override
                    void before(Nursery around) {
                        nursery = around;
                        lock.acquire();
                        lock.release();
                    }

                    @Override
                    void step() {
                        boolean armed = NoSpace.pause();
                        lock.acquire();
                        for (int i = 0; i < 3; i++) {
                            int waiting = i;
                            required(nursery).startSoon("next " + i, () -> lock.run(() -> {}));
                            awaitThat(() -> lock.statistics().waiting() > waiting);
                        }
                        if (armed) NoSpace.goOn();
                        lock.release();
                    }

                    @Override
                    void after(boolean done) {
                        lock.run(() -> {});
                        awaitThat(() -> lock.statistics().owner() == null);
                    }
                };
            }
        },
        CONDITION {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskLock lock = new TaskLock();
                    final TaskCondition condition = new TaskCondition(lock);
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 2; i++) {
                            nursery.startSoon("waits " + i, () -> {
                                lock.run(condition::await);
                                ended.incrementAndGet();
                            });
                        }
                        awaitThat(() -> condition.statistics().waiting() == 2);
                    }

                    @Override
                    void step() {
                        lock.run(condition::await);
                    }

                    @Override
                    void meanwhile() {
                        lock.run(condition::signalAll);
                    }

                    @Override
                    void after(boolean done) {
                        awaitThat(() -> ended.get() == 2);
                        assertEquals(0, condition.statistics().waiting());
                        lock.run(() -> {});
                    }
                };
            }
        },
        OWNER_ENDS {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskLock lock = new TaskLock();
                    final AtomicInteger ended = new AtomicInteger();
                    final Event go = new Event();
                    @Nullable
                    Nursery nursery;

                    @Override
                    boolean failsAtItsEnd() {
                        return true;
                    }

                    @Override
                    void before(Nursery around) {
                        nursery = around;
                    }

                    @Override
                    void step() {
                        lock.acquire();
                        go.await();
                    }

                    @Override
                    void meanwhile() {
                        for (int i = 0; i < 3; i++) {
                            required(nursery).startSoon("waits " + i, () -> {
                                try {
                                    lock.run(() -> {});
                                } catch (BrokenException expected) {
                                    // its owner has ended
                                }
                                ended.incrementAndGet();
                            });
                        }
                        awaitThat(() -> lock.statistics().waiting() == 3 || ended.get() > 0);
                        go.set();
                    }

                    @Override
                    void after(boolean done) {
                        lock.statistics();
                        awaitThat(() -> ended.get() == 3);
                    }
                };
            }
        },
        SEMAPHORE {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskSemaphore semaphore = new TaskSemaphore(1);

                    @Override
                    void before(Nursery nursery) {
                        semaphore.acquire();
                    }

                    @Override
                    void step() {
                        semaphore.run(() -> {});
                    }

                    @Override
                    void meanwhile() {
                        semaphore.release();
                    }

                    @Override
                    void after(boolean done) {
                        semaphore.run(() -> {});
                        assertEquals(1, semaphore.statistics().permits());
                    }
                };
            }
        },
        LIMITER {
            @Override
            Scene scene() {
                return new Scene() {
                    final CapacityLimiter limiter = new CapacityLimiter(1);

                    @Override
                    void before(Nursery nursery) {
                        limiter.acquireOnBehalfOf(this);
                    }

                    @Override
                    void step() {
                        limiter.run(() -> {});
                    }

                    @Override
                    void meanwhile() {
                        limiter.releaseOnBehalfOf(this);
                    }

                    @Override
                    void after(boolean done) {
                        limiter.run(() -> {});
                        assertEquals(0, limiter.statistics().borrowed());
                    }
                };
            }
        },
        LIMITER_GROWS {
            @Override
            Scene scene() {
                return new Scene() {
                    final CapacityLimiter limiter = new CapacityLimiter(0);
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 30; i++) {
                            nursery.startSoon("borrows " + i, () -> {
                                limiter.run(() -> {});
                                ended.incrementAndGet();
                            });
                        }
                        awaitThat(() -> limiter.statistics().waiting() == 30);
                    }

                    @Override
                    void step() {
                        limiter.setTotal(30);
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) limiter.setTotal(30);
                        awaitThat(() -> ended.get() == 30);
                        assertEquals(0, limiter.statistics().borrowed());
                    }
                };
            }
        },
        EVENT {
            @Override
            Scene scene() {
                return new Scene() {
                    final Event event = new Event();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 3; i++) {
                            nursery.startSoon("waits " + i, () -> {
                                event.await();
                                ended.incrementAndGet();
                            });
                            event.addHook(ended::incrementAndGet);
                        }
                        awaitThat(() -> event.statistics().waiting() == 3);
                    }

                    @Override
                    void step() {
                        event.set();
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) event.set();
                        awaitThat(() -> ended.get() == 6);
                    }
                };
            }
        },
        BARRIER {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskBarrier barrier = new TaskBarrier(20);
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 19; i++) {
                            nursery.startSoon("arrives " + i, () -> {
                                barrier.await();
                                ended.incrementAndGet();
                            });
                        }
                        awaitThat(() -> barrier.statistics().waiting() == 19);
                    }

                    @Override
                    void step() {
                        barrier.await();
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) barrier.await();
                        awaitThat(() -> ended.get() == 19);
                        assertEquals(0, barrier.statistics().waiting());
                    }
                };
            }
        },
        WAIT_AT_A_BARRIER {
            @Override
            Scene scene() {
                return new Scene() {
                    final TaskBarrier barrier = new TaskBarrier(2);
                    final AtomicInteger ended = new AtomicInteger();
                    @Nullable
                    Nursery nursery;

                    @Override
                    void before(Nursery around) {
                        nursery = around;
                    }

                    @Override
                    void step() {
                        barrier.await();
                    }

                    @Override
                    void meanwhile() {
                        required(nursery).startSoon("other", () -> {
                            barrier.await();
                            ended.incrementAndGet();
                        });
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) barrier.await();
                        awaitThat(() -> ended.get() == 1);
                        assertEquals(0, barrier.statistics().waiting());
                    }
                };
            }
        },
        BREAK_A_LOT {
            @Override
            Scene scene() {
                return new Scene() {
                    final ParkingLot lot = new ParkingLot();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        for (int i = 0; i < 3; i++) {
                            nursery.startSoon("parks " + i, () -> {
                                try {
                                    lot.park();
                                } catch (BrokenException expected) {
                                    ended.incrementAndGet();
                                }
                            });
                        }
                        awaitThat(() -> lot.statistics().waiting() == 3);
                    }

                    @Override
                    void step() {
                        lot.breakLot("test");
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) lot.breakLot("test");
                        awaitThat(() -> ended.get() == 3);
                    }
                };
            }
        },
        PORTAL {
            @Override
            Scene scene() {
                return new Scene() {
                    final List<CompletableFuture<Integer>> futures = new ArrayList<>(60);
                    @Nullable
                    Portal portal;
                    int count;

                    @Override
                    void before(Nursery nursery) {
                        portal = Portal.open(nursery);
                        futures.add(portal.submit(() -> 0));
                        count++;
                        futures.getFirst().join();
                    }

                    @Override
                    void step() {
                        for (int i = 1; i < 50; i++) {
                            int number = i;
                            futures.add(required(portal).submit(() -> number));
                            count++;
                        }
                    }

                    @Override
                    void after(boolean done) {
                        Portal open = required(portal);
                        for (int i = 0; i < count; i++) {
                            int at = i;
                            awaitThat(() -> futures.get(at).isDone());
                            assertEquals(i, futures.get(i).join());
                        }
                        open.close();
                    }
                };
            }
        },
        POST {
            @Override
            Scene scene() {
                return new Scene() {
                    final AtomicInteger ran = new AtomicInteger();
                    int accepted;

                    @Override
                    void step() {
                        try (RunEntry entry = RunEntry.open()) {
                            for (int i = 0; i < 40; i++) {
                                if (entry.postOnce("key " + i % 4, ran::incrementAndGet)) accepted++;
                                entry.post(ran::incrementAndGet);
                                accepted++;
                            }
                        }
                    }

                    @Override
                    void after(boolean done) {
                        try (RunEntry entry = RunEntry.open()) {
                            awaitThat(() -> ran.get() >= accepted);
                            int before = ran.get();
                            for (int i = 0; i < 4; i++)
                                assertTrue(entry.postOnce("key " + i, ran::incrementAndGet));
                            awaitThat(() -> ran.get() == before + 4);
                        }
                    }
                };
            }
        },
        A_CHILD_FAILS {
            @Override
            Scene scene() {
                return new Scene() {
                    @Nullable
                    Throwable thrown;

                    @Override
                    void step() {
                        try {
                            Nursery.run(nursery -> {
                                boolean armed = NoSpace.pause();
                                nursery.startSoon("fails", () -> {
                                    if (armed) NoSpace.goOn();
                                    throw new IllegalStateException("test");
                                });
                                Checkpoints.sleepForever();
                            });
                        } catch (NurseryFailedException | OutOfMemoryError e) {
                            thrown = e;
                        }
                    }

                    @Override
                    void after(boolean done) {
                        assertTrue(thrown != null);
                    }
                };
            }
        },
        NURSERY {
            @Override
            Scene scene() {
                return new Scene() {
                    final AtomicInteger begun = new AtomicInteger();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void step() {
                        Nursery.run(nursery -> {
                            for (int i = 0; i < 3; i++) {
                                nursery.startSoon("child " + i, () -> {
                                    begun.incrementAndGet();
                                    try {
                                        Checkpoints.sleep(Duration.ofMillis(1));
                                    } finally {
                                        ended.incrementAndGet();
                                    }
                                });
                            }
                            Timeouts.moveOnAfter(Duration.ofMillis(1), () -> Checkpoints.sleepForever());
                        });
                    }

                    @Override
                    void after(boolean done) {
                        assertEquals(begun.get(), ended.get());
                    }
                };
            }
        },
        CANCEL {
            @Override
            Scene scene() {
                return new Scene() {
                    final CancelScope scope = new CancelScope("to be cancelled");
                    final AtomicInteger begun = new AtomicInteger();
                    final AtomicInteger ended = new AtomicInteger();

                    @Override
                    void before(Nursery nursery) {
                        nursery.startSoon("in scope", () -> scope.run(() -> Nursery.run(inner -> {
                            for (int i = 0; i < 5; i++) {
                                inner.startSoon("child " + i, () -> {
                                    begun.incrementAndGet();
                                    try {
                                        Checkpoints.sleepForever();
                                    } finally {
                                        ended.incrementAndGet();
                                    }
                                });
                            }
                        })));
                        awaitThat(() -> begun.get() == 5);
                    }

                    @Override
                    void step() {
                        scope.cancel("test");
                    }

                    @Override
                    void after(boolean done) {
                        if (!done) scope.cancel("test");
                        awaitThat(() -> ended.get() == 5);
                    }
                };
            }
        },
        START {
            @Override
            Scene scene() {
                return new Scene() {
                    @Nullable
                    Nursery nursery;

                    @Override
                    void before(Nursery around) {
                        nursery = around;
                    }

                    @Override
                    void step() {
                        required(nursery).start("server", status -> {
                            status.started();
                            Checkpoints.checkpoint();
                        });
                    }

                    @Override
                    void after(boolean done) {}
                };
            }
        };

        abstract Scene scene();
    }

    private static Scene broadcast(SlowReader policy) {
        return new Scene() {
            final Broadcast<Integer> broadcast = Broadcast.open("numbers", 40, policy, 40);
            final ReceiveChannel<Integer> first = broadcast.subscribe();
            final ReceiveChannel<Integer> second = broadcast.subscribe();
            final ReceiveChannel<Integer> third = broadcast.subscribe();
            int sent;

            @Override
            void step() {
                for (int i = 0; i < 60; i++) {
                    if (broadcast.trySend(sent)) sent++;
                    if (sent == 20 || sent > 30) first.tryReceive();
                }
            }

            @Override
            void after(boolean done) {
                if (!done && broadcast.trySend(sent)) sent++;
                assertEquals(sent, broadcast.statistics().sent());
                broadcast.close();
                int last = lastOf(first);
                assertEquals(sent - 1, last);
                if (policy != SlowReader.FAIL) {
                    assertEquals(last, lastOf(second));
                    assertEquals(last, lastOf(third));
                } else {
                    assertEquals(second.statistics().discarded(), third.statistics().discarded());
                    assertEquals(second.statistics().sent(), third.statistics().sent());
                }
            }

            // The items of a reader come in order, without a gap.
            private static int lastOf(ReceiveChannel<Integer> reader) {
                int last = -1;
                for (int item : reader) {
                    assertTrue(last < 0 || item == last + 1);
                    last = item;
                }
                return last;
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void has_happened_or_not(Step step) throws Exception {
        Method play = NoSpace.loader().loadClass(getClass().getName()).getMethod("play", String.class);
        try {
            play.invoke(null, step.name());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw e;
        }
    }

    /// Runs in classes that ask for space.
    public static void play(String name) throws InterruptedException {
        Step step = Step.valueOf(name);
        try (Closing closing = new Closing(Scheduler.open())) {
            attempt(closing, step, MANY); // links the code
            int allocations = 0;
            while (attempt(closing, step, allocations))
                allocations++;
            assertEquals(ENDS.contains(step), allocations == 0, allocations + " allocations");
        }
    }

    /// Closes the scheduler unless something hangs.
    private static final class Closing implements AutoCloseable {
        final Scheduler scheduler;
        boolean hangs;

        Closing(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void close() {
            if (!hangs) scheduler.close();
        }
    }

    /// @return true if space ended
    private static boolean attempt(Closing closing, Step step, int allocations) throws InterruptedException {
        boolean[] failed = new boolean[1];
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                closing.scheduler.run("attempt", () -> failed[0] = attempt(step.scene(), allocations));
            } catch (Throwable e) {
                thrown[0] = e;
            }
        });
        if (!thread.join(Duration.ofMillis(PATIENCE_MILLIS))) {
            closing.hangs = true;
            throw new AssertionError("hangs when allocation " + allocations + " fails, at "
                    + NoSpace.place() + "\n" + TaskTree.of(closing.scheduler));
        }
        if (thrown[0] != null) {
            throw new AssertionError("when allocation " + allocations + " fails: " + thrown[0] + ", at "
                    + NoSpace.place(), thrown[0]);
        }
        return failed[0];
    }

    private static boolean attempt(Scene scene, int allocations) throws InterruptedException {
        AtomicInteger state = new AtomicInteger(); // 1: the step begins, 2: it is done, 3: it is not
        boolean[] failed = new boolean[1];
        Nursery.run(nursery -> {
            scene.before(nursery);
            Task<?> task = nursery.startSoon("step", () -> {
                state.set(1);
                boolean done = true;
                NoSpace.after(allocations);
                try {
                    scene.step();
                } catch (OutOfMemoryError expected) {
                    done = false;
                } finally {
                    if (!scene.failsAtItsEnd()) failed[0] = NoSpace.end();
                }
                state.set(done ? 2 : 3);
            });
            scene.awaitThat(() -> state.get() > 1 || (state.get() == 1 && task.waitsFor() != null));
            scene.meanwhile();
            scene.awaitThat(() -> scene.failsAtItsEnd() ? task.isDone() : state.get() > 1);
            if (scene.failsAtItsEnd()) failed[0] = NoSpace.end();
            scene.after(state.get() == 2);
            nursery.scope().cancel("the test is over");
        });
        return failed[0];
    }
}
