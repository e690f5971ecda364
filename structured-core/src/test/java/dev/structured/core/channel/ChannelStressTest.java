package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels on real threads, with cancellations and closing at any moment: as many rounds as fit into some
/// hundred milliseconds. No item is lost, and none is received twice.
@Timeout(60)
class ChannelStressTest {
    private static final long NANOS = Long.getLong("stress.millis", 300) * 1_000_000;
    private static final int TASKS = 4;

    private final Scheduler scheduler = Scheduler.open();

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(0, scheduler.statistics().tasks());
        scheduler.close();
    }

    /// What the tasks of one round have been told.
    private static final class Round {
        final Channel<Integer> channel;
        final Channel<Integer> other = Channels.open(0);
        final Set<Integer> sent = ConcurrentHashMap.newKeySet();
        final Set<Integer> received = ConcurrentHashMap.newKeySet();
        final AtomicInteger numbers = new AtomicInteger();
        final AtomicInteger doubles = new AtomicInteger();

        Round(int capacity) {
            channel = Channels.open(capacity);
        }

        void produce(SendChannel<Integer> out) {
            Select<Boolean> select = new Select<Boolean>()
                    .receive(other.receiver(), _ -> false)
                    .send(out, numbers::incrementAndGet, () -> true);
            try {
                out.feed(_ -> produce(out, select));
            } catch (BrokenException _) {
                // every receiver was cancelled
            }
        }

        private void produce(SendChannel<Integer> out, Select<Boolean> select) {
            for (int i = 0; i < 40; i++) {
                int item = numbers.incrementAndGet();
                if (i % 2 == 0) {
                    out.send(item);
                    sent.add(item);
                } else if (out.trySend(item)) {
                    sent.add(item);
                } else if (i % 5 == 0) {
                    select.await();
                    // Only counted: the select knows which item it was.
                    sent.add(-1 - numbers.incrementAndGet());
                }
            }
        }

        void consume(ReceiveChannel<Integer> in) {
            Select<Integer> select = new Select<Integer>().receive(in, item -> item)
                    .receive(other.receiver(), item -> item);
            try (in) {
                while (true)
                    got(ThreadLocalRandom.current().nextBoolean() ? in.receive() : select.await());
            } catch (EndOfChannelException _) {
                // all producers are done
            } catch (BrokenException e) {
                // all producers are done, or were cancelled
                assertInstanceOf(ScopeCancelledException.class, e.getCause());
            }
        }

        private void got(int item) {
            if (!received.add(item)) doubles.incrementAndGet();
        }

        void check() {
            ChannelStatistics end = channel.statistics();
            assertEquals(0, doubles.get(), "received twice");
            assertEquals(sent.size(), end.sent(), "sent");
            assertEquals(received.size(), end.received(), "received");
            assertEquals(end.sent(), end.received() + end.discarded() + end.buffered());
            assertEquals(0, end.waitingReceivers() + end.waitingSenders());
            assertEquals(0, other.statistics().waitingReceivers());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16})
    void every_item_is_received_once_or_left_over(int capacity) {
        long end = System.nanoTime() + NANOS;
        int rounds = 0;
        while (System.nanoTime() < end || rounds < 2) {
            Round round = new Round(capacity);
            scheduler.run("round", () -> Nursery.run(nursery -> {
                for (int i = 0; i < TASKS; i++) {
                    SendChannel<Integer> out = round.channel.sender().duplicate();
                    cancelledSometimes(nursery, "producer", () -> round.produce(out));
                    ReceiveChannel<Integer> in = round.channel.receiver().duplicate();
                    cancelledSometimes(nursery, "consumer", () -> round.consume(in));
                }
                round.channel.sender().close();
                round.channel.receiver().close();
            }));
            round.check();
            rounds++;
        }
    }

    private static void cancelledSometimes(Nursery nursery, String name, Runnable code) {
        CancelScope scope = new CancelScope();
        nursery.startSoon(name, () -> scope.run(code::run));
        if (ThreadLocalRandom.current().nextInt(3) > 0) return;
        nursery.startSoon("canceller", () -> {
            Checkpoints.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextInt(200_000)));
            scope.cancel();
        });
    }

    /// Each task selects over all channels in an order of its own, on both sides of them, with the ends of
    /// tasks that end meanwhile and with times that are about to pass.
    @Test
    void selects_over_several_channels_in_any_order_lose_nothing() {
        long end = System.nanoTime() + NANOS;
        while (System.nanoTime() < end) {
            List<Channel<Integer>> channels = List.of(Channels.open(0), Channels.open(1), Channels.open(2));
            Broadcast<Integer> broadcast = Broadcast.open("all", 1, SlowReader.BLOCK);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger received = new AtomicInteger();
            AtomicInteger heard = new AtomicInteger();
            AtomicInteger said = new AtomicInteger();
            AtomicInteger numbers = new AtomicInteger();
            Set<Integer> different = ConcurrentHashMap.newKeySet();
            scheduler.run("round", () -> Nursery.run(nursery -> {
                for (int i = 0; i < TASKS; i++) {
                    ReceiveChannel<Integer> reader = broadcast.subscribe();
                    cancelledSometimes(nursery, "selector", () -> {
                        Task<?> brief = nursery.startSoon("brief", Checkpoints::checkpoint);
                        boolean[] ended = {false};
                        for (int round = 0; round < 30; round++) {
                            Select<Boolean> select = ThreadLocalRandom.current().nextBoolean()
                                    ? new Select<>()
                                    : new Select<>(Select.Order.BIASED);
                            List<Channel<Integer>> order = new ArrayList<>(channels);
                            Collections.shuffle(order);
                            for (Channel<Integer> channel : order) {
                                select.send(channel.sender(), numbers::incrementAndGet,
                                        () -> sent.incrementAndGet() > 0);
                                select.receive(channel.receiver(),
                                        item -> different.add(item) && received.incrementAndGet() > 0);
                            }
                            select.receive(reader, _ -> heard.incrementAndGet() > 0);
                            select.receive(reader, _ -> heard.incrementAndGet() > 0);
                            if (!ended[0]) select.on(brief, () -> ended[0] = true);
                            if (round % 3 == 0) select.after(Duration.ofNanos(round * 1_000L), () -> true);
                            assertTrue(select.await());
                            if (broadcast.trySend(round)) said.incrementAndGet();
                        }
                    });
                }
                nursery.startSoon("last", () -> {
                    Checkpoints.sleep(Duration.ofMillis(2));
                    nursery.scope().cancel();
                });
            }));
            long left = 0;
            for (Channel<Integer> channel : channels) {
                ChannelStatistics at = channel.statistics();
                assertEquals(at.sent(), at.received() + at.buffered());
                assertEquals(0, at.waitingReceivers() + at.waitingSenders());
                left += at.buffered();
            }
            assertEquals(sent.get(), received.get() + left);
            assertEquals(said.get(), broadcast.statistics().sent());
        }
    }
}
