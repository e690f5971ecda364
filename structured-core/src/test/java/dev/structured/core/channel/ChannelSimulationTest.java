package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Items are conserved, whatever happens when. Programs of a few tasks, drawn from the seed, each in its own
/// order of steps, cancelled and closed at any moment. One thread runs at a time, so the tests' own state
/// needs no locks.
class ChannelSimulationTest {
    private static final int SEEDS = 2_000;
    private static final Duration SHORT = Duration.ofMillis(1);

    static void check(Action<Simulation, ?> body) {
        assertTrue(Simulation.check(SEEDS, body).schedules() > SEEDS / 20, "hardly any different orders");
    }

    /// Who has sent and received what, as far as the tasks have been told.
    private static final class Ledger {
        final Channel<Integer> channel;
        final Set<Integer> sent = new HashSet<>();
        final Set<Integer> refused = new HashSet<>();
        final List<Integer> received = new ArrayList<>();
        /// An end of which nothing comes: for clauses that are not to be chosen.
        final Channel<Integer> idle = Channels.open(0);
        private int numbers;

        Ledger(int capacity) {
            channel = Channels.open(capacity);
        }

        /// Sends items in one way, until it is told that this is in vain.
        void produce(SendChannel<Integer> out, int way, int count) {
            for (int i = 0; i < count; i++) {
                int item = ++numbers;
                boolean done = false;
                try {
                    done = send(out, way, item);
                } catch (BrokenException | ChannelClosedException _) {
                    return;
                } finally {
                    (done ? sent : refused).add(item);
                }
            }
        }

        private boolean send(SendChannel<Integer> out, int way, int item) {
            return switch (way) {
                case 0 -> {
                    out.send(item);
                    yield true;
                }
                case 1 -> out.trySend(item);
                case 2 -> new Select<Boolean>().receive(idle.receiver(), _ -> false)
                        .send(out, () -> item, () -> true).await();
                default -> new Select<Boolean>(Select.Order.BIASED).send(out, () -> item, () -> true)
                        .after(SHORT, () -> false).await();
            };
        }

        /// Receives in one way, until it is told that this is in vain.
        void consume(ReceiveChannel<Integer> in, int way, int count) {
            try {
                for (int i = 0; i < count; i++) receive(in, way);
            } catch (EndOfChannelException | ChannelClosedException _) {
                // that is how it ends
            } catch (BrokenException e) {
                assertInstanceOf(ScopeCancelledException.class, e.getCause(),
                        "of a producer that was cancelled");
            }
        }

        private void receive(ReceiveChannel<Integer> in, int way) {
            switch (way) {
                case 0 -> received.add(in.receive());
                case 1 -> {
                    Integer item = in.tryReceive();
                    if (item != null) received.add(item);
                }
                case 2 -> received.addAll(in.receiveUpTo(2));
                case 3 -> new Select<Boolean>().receive(idle.receiver(), _ -> false)
                        .receive(in, received::add).await();
                default -> new Select<Boolean>(Select.Order.BIASED).receive(in, received::add)
                        .after(SHORT, () -> false).await();
            }
        }

        /// Everything is over: each item is in exactly one place.
        void check() {
            ChannelStatistics end = channel.statistics();
            Set<Integer> different = new HashSet<>(received);
            assertEquals(received.size(), different.size(), "an item was received twice");
            different.retainAll(refused);
            assertEquals(Set.of(), different, "an item was received that was not sent");
            assertEquals(sent.size(), end.sent());
            assertEquals(received.size(), end.received());
            assertEquals(end.sent(), end.received() + end.discarded() + end.buffered());
            assertEquals(0, end.waitingSenders() + end.waitingReceivers());
            assertTrue(end.peak() <= end.capacity());
            assertEquals(0, idle.statistics().waitingReceivers());
        }
    }

    static void inScope(Nursery nursery, String name, @Nullable CancelScope scope, Runnable code) {
        nursery.startSoon(name, () -> {
            if (scope == null) code.run();
            else
                scope.run(code::run);
        });
    }

    private static @Nullable CancelScope scope(Simulation simulation) {
        if (simulation.random().nextBoolean()) return null;
        CancelScope scope = new CancelScope();
        simulation.cancelAnywhere(scope);
        return scope;
    }

    /// All ways of sending and receiving, with cancellations anywhere; each side closes its handles when it
    /// is done.
    @Test
    void each_item_is_in_one_place_whoever_is_cancelled() {
        check(simulation -> {
            RandomGenerator random = simulation.random();
            Ledger ledger = new Ledger(random.nextInt(3));
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 2; i++) {
                    SendChannel<Integer> out = ledger.channel.sender().duplicate();
                    int way = random.nextInt(4);
                    inScope(nursery, "producer", scope(simulation), () -> {
                        out.feed(_ -> ledger.produce(out, way, 3));
                    });
                    ReceiveChannel<Integer> in = ledger.channel.receiver().duplicate();
                    int other = random.nextInt(5);
                    inScope(nursery, "consumer", scope(simulation), () -> {
                        try (in) {
                            ledger.consume(in, other, 3);
                        }
                    });
                }
                ledger.channel.sender().close();
                ledger.channel.receiver().close();
            }));
            ledger.check();
        });
    }

    /// Handles are closed by others, at any moment, under those that wait.
    @Test
    void each_item_is_in_one_place_whoever_closes_what() {
        check(simulation -> {
            RandomGenerator random = simulation.random();
            Ledger ledger = new Ledger(random.nextInt(3));
            List<AutoCloseable> handles = new ArrayList<>();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 2; i++) {
                    SendChannel<Integer> out = ledger.channel.sender().duplicate();
                    int way = random.nextInt(4);
                    nursery.startSoon("producer", () -> ledger.produce(out, way, 3));
                    ReceiveChannel<Integer> in = ledger.channel.receiver().duplicate();
                    int other = random.nextInt(5);
                    nursery.startSoon("consumer", () -> ledger.consume(in, other, 3));
                    handles.add(out::close);
                    handles.add(in);
                }
                handles.add(ledger.channel.sender()::close);
                handles.add(ledger.channel.receiver());
                for (AutoCloseable handle : handles) simulation.thread("closer", handle::close);
            }));
            simulation.joinThreads();
            ledger.check();
            assertEquals(0, ledger.channel.statistics().buffered());
        });
    }

    /// With one consumer, what one producer sends comes in its order, and the first who waits is the first
    /// served.
    @Test
    void items_of_one_producer_keep_their_order() {
        check(simulation -> {
            RandomGenerator random = simulation.random();
            Ledger ledger = new Ledger(random.nextInt(3));
            int[] ways = {random.nextInt(2) * 2, random.nextInt(2) * 2, random.nextInt(5)};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 2; i++) {
                    SendChannel<Integer> out = ledger.channel.sender().duplicate();
                    int way = ways[i];
                    nursery.startSoon("producer", () -> {
                        out.feed(_ -> ledger.produce(out, way, 4));
                    });
                }
                ledger.channel.sender().close();
                try {
                    while (true)
                        ledger.receive(ledger.channel.receiver(), ways[2] == 1 ? 0 : ways[2]);
                } catch (EndOfChannelException _) {
                    assertEquals(8, ledger.received.size());
                }
            }));
            // Numbers are drawn in the order of the sends of each producer.
            ledger.check();
        });
    }

    /// A task that is chosen is committed: an item handed to it is not taken back by a cancellation.
    @Test
    void send_and_cancellation_of_the_receiver_have_one_outcome() {
        check(simulation -> {
            Channel<Integer> channel = Channels.open(0);
            CancelScope scope = new CancelScope();
            List<Integer> received = new ArrayList<>();
            boolean[] sent = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("receiver",
                        () -> scope.run(() -> received.add(channel.receiver().receive())));
                nursery.startSoon("sender", () -> sent[0] = channel.sender().trySend(1));
                simulation.cancelAnywhere(scope);
            }));
            simulation.joinThreads();
            assertEquals(sent[0] ? List.of(1) : List.of(), received);
            assertEquals(0, channel.statistics().waitingReceivers());
        });
    }

    /// Two tasks that each select to send to the other and to receive from it.
    @Test
    void selects_that_meet_each_other_agree() {
        check(simulation -> {
            int capacity = simulation.random().nextInt(2);
            Channel<String> left = Channels.open(capacity);
            Channel<String> right = Channels.open(capacity);
            List<String> trail = new ArrayList<>();
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("one", () -> trail.add(new Select<String>()
                        .send(left.sender(), () -> "item", () -> "one sent")
                        .receive(right.receiver(), item -> "one received").await()));
                nursery.startSoon("other", () -> trail.add(new Select<String>()
                        .send(right.sender(), () -> "item", () -> "other sent")
                        .receive(left.receiver(), item -> "other received").await()));
            }));
            long sends = trail.stream().filter(text -> text.endsWith("sent")).count();
            long receives = trail.size() - sends;
            assertEquals(2, trail.size());
            assertEquals(sends, receives + left.statistics().buffered() + right.statistics().buffered());
            if (capacity == 0) assertEquals(1, sends);
            for (Channel<String> channel : List.of(left, right)) {
                assertEquals(0,
                        channel.statistics().waitingSenders() + channel.statistics().waitingReceivers());
            }
        });
    }

    /// An item, the end of a task, a time and a cancellation, all at about the same moment.
    @Test
    void select_has_one_outcome() {
        check(simulation -> {
            Channel<String> channel = Channels.open(simulation.random().nextInt(2));
            CancelScope scope = new CancelScope();
            List<String> outcomes = new ArrayList<>();
            boolean[] sent = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                Task<Void> task = nursery.startSoon("task", () -> {
                    Checkpoints.sleep(SHORT);
                    return null;
                });
                nursery.startSoon("sender", () -> {
                    Checkpoints.sleep(SHORT);
                    sent[0] = channel.sender().trySend("item");
                });
                Select<String> select = new Select<String>().on(task, () -> "ended")
                        .receive(channel.receiver(), item -> item).after(SHORT, () -> "time");
                simulation.cancelAnywhere(scope);
                scope.run(() -> outcomes.add(select.await()));
            }));
            assertTrue(outcomes.size() <= 1);
            if (outcomes.isEmpty()) assertTrue(scope.absorbedCancellation());
            boolean gone = sent[0] && channel.statistics().buffered() == 0;
            assertEquals(gone, outcomes.contains("item"));
            assertEquals(0, channel.statistics().waitingReceivers());
        });
    }

    /// Whoever leaves first, the producer's cleanup has run, inside the call.
    @Test
    void producers_are_cleaned_up_before_the_consumers_value_is_returned() {
        check(simulation -> {
            int enough = simulation.random().nextInt(5);
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            List<Integer> received = new ArrayList<>();
            int[] state = {0, 0};
            simulation.run(() -> {
                scope.run(() -> Channels.producing((SendChannel<Integer> out) -> {
                    state[0]++;
                    try {
                        for (int i = 0; i < 3; i++) out.send(i);
                    } finally {
                        new CancelScope().withShield().run(() -> Checkpoints.sleep(SHORT));
                        state[1]++;
                    }
                }, in -> {
                    for (int item : in) {
                        received.add(item);
                        if (received.size() == enough) break;
                    }
                    return received;
                }));
                assertEquals(state[0], state[1], "it began, and was cleaned up");
            });
            assertEquals(List.of(0, 1, 2).subList(0, received.size()), received);
        });
    }

    /// Whoever has closed a handle can count on it that nothing more goes through it.
    @Test
    void nothing_is_received_through_a_handle_that_has_been_closed() {
        check(simulation -> {
            Channel<Integer> channel = Channels.open(4);
            ReceiveChannel<Integer> in = channel.receiver().duplicate();
            List<Integer> received = new ArrayList<>();
            long[] handedOut = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("receiver", () -> {
                    try {
                        received.addAll(in.receiveUpTo(4));
                    } catch (ChannelClosedException _) {
                        // closed before an item came
                    }
                });
                nursery.startSoon("sender", () -> {
                    for (int i = 0; i < 4; i++) channel.sender().send(i);
                });
                nursery.startSoon("closer", () -> {
                    in.close();
                    handedOut[0] = channel.statistics().received();
                });
            }));
            assertEquals(handedOut[0], received.size());
            assertEquals(handedOut[0], channel.statistics().received());
        });
    }

    /// Only a shield can hide from the consumer why nothing comes any more, and then it is told that nothing
    /// will.
    @Test
    void producer_that_fails_leaves_no_consumer_waiting_and_is_the_only_failure() {
        check(simulation -> {
            RandomGenerator random = simulation.random();
            int failAt = random.nextInt(4);
            boolean shielded = random.nextBoolean();
            CancelScope scope = new CancelScope();
            if (random.nextBoolean()) simulation.cancelAnywhere(scope);
            List<Integer> received = new ArrayList<>();
            boolean[] told = {false};
            simulation.run(() -> scope.run(() -> {
                try {
                    Channels.producing((SendChannel<Integer> out) -> {
                        for (int i = 0; i < 3; i++) {
                            if (i == failAt) throw new UnsupportedOperationException("disk");
                            out.send(i);
                        }
                    }, in -> {
                        (shielded ? new CancelScope().withShield() : new CancelScope()).run(() -> {
                            try {
                                for (int item : in) received.add(item);
                            } catch (BrokenException _) {
                                assertTrue(shielded);
                                told[0] = true;
                            }
                        });
                        return received;
                    });
                    assertEquals(3, failAt);
                } catch (NurseryFailedException failure) {
                    assertEquals(List.of("disk"),
                            failure.leaves().stream().map(Throwable::getMessage).toList());
                }
            }));
            assertEquals(List.of(0, 1, 2).subList(0, received.size()), received);
            if (!scope.isCancelled() && shielded) assertEquals(failAt < 3, told[0]);
            if (!scope.isCancelled() && shielded) assertEquals(failAt, received.size());
        });
    }
}
