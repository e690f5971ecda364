package dev.structured.core.channel;

import static dev.structured.core.channel.ChannelSimulationTest.check;
import static dev.structured.core.channel.ChannelSimulationTest.inScope;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Readers of a broadcast see all items in one order, or are told, also while some tasks are cancelled or
/// slow. One thread runs at a time, so the tests' own state needs no locks.
class BroadcastSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    @Test
    void readers_of_a_broadcast_that_blocks_miss_nothing() {
        check(simulation -> {
            Broadcast<Integer> broadcast = Broadcast.open("test", 1 + simulation.random().nextInt(2),
                    SlowReader.BLOCK);
            List<List<Integer>> received = new ArrayList<>();
            List<Integer> sent = new ArrayList<>();
            CancelScope left = new CancelScope();
            CancelScope sending = new CancelScope();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    ReceiveChannel<Integer> reader = broadcast.subscribe();
                    List<Integer> mine = new ArrayList<>();
                    received.add(mine);
                    inScope(nursery, "reader", i == 0 ? left : null, () -> {
                        try (reader) {
                            for (int item : reader) mine.add(item);
                        }
                    });
                }
                simulation.cancelAnywhere(left);
                simulation.cancelAnywhere(sending);
                int[] number = {0};
                int[] over = {0};
                for (int i = 0; i < 2; i++) {
                    inScope(nursery, "sender", i == 0 ? sending : null, () -> {
                        try {
                            for (int j = 0; j < 3; j++) {
                                int item = ++number[0];
                                broadcast.send(item);
                                sent.add(item);
                            }
                        } finally {
                            over[0]++;
                        }
                    });
                }
                while (over[0] < 2)
                    Checkpoints.sleep(SHORT);
                broadcast.close();
            }));
            assertEquals(Set.copyOf(sent), Set.copyOf(received.get(1)));
            assertEquals(received.get(1), received.get(2), "all in the same order");
            assertEquals(received.get(0), received.get(1).subList(0, received.get(0).size()));
            assertEquals(new Broadcast.Statistics(0, 0, sent.size(), 0), broadcast.statistics());
        });
    }

    @Test
    void slow_readers_lose_the_oldest_or_are_given_up_and_nobody_waits_for_them() {
        check(simulation -> {
            boolean drops = simulation.random().nextBoolean();
            Broadcast<Integer> broadcast = Broadcast.open("test", 2,
                    drops ? SlowReader.DROP_OLDEST : SlowReader.FAIL);
            List<Integer> received = new ArrayList<>();
            boolean[] givenUp = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                ReceiveChannel<Integer> reader = broadcast.subscribe();
                nursery.startSoon("reader", () -> {
                    try (reader) {
                        for (int item : reader) received.add(item);
                        ChannelStatistics end = reader.statistics();
                        assertEquals(5, end.received() + end.discarded());
                        assertEquals(received.size(), end.received());
                    } catch (BrokenException _) {
                        givenUp[0] = true;
                    }
                });
                for (int i = 1; i <= 5; i++) broadcast.send(i);
                broadcast.close();
            }));
            for (int i = 1; i < received.size(); i++) assertTrue(received.get(i - 1) < received.get(i));
            if (drops) assertFalse(givenUp[0]);
            else if (!givenUp[0]) assertEquals(List.of(1, 2, 3, 4, 5), received);
            if (drops) assertEquals(5, received.getLast(), "the newest is kept");
        });
    }

    /// Who has closed it may have done so because of the same cancellation.
    @Test
    void sender_of_a_broadcast_that_is_cancelled_is_not_told_that_it_was_closed() {
        check(simulation -> {
            Broadcast<Integer> broadcast = Broadcast.open("test", 1, SlowReader.BLOCK);
            broadcast.subscribe();
            broadcast.trySend(1);
            CancelScope scope = new CancelScope();
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("sender", () -> scope.run(() -> {
                    try {
                        broadcast.send(2);
                    } catch (ChannelClosedException _) {
                        assertFalse(Checkpoints.isCancelled());
                    }
                }));
                nursery.startSoon("closer", () -> {
                    broadcast.close();
                    scope.cancel();
                });
            }));
            assertEquals(0, broadcast.statistics().waitingSenders());
        });
    }
}
