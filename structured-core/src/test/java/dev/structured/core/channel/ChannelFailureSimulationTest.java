package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A producer that fails, or is cancelled, is never the regular end of its items: not in any order of steps,
/// not for any way of receiving, and wherever the consumer stands.
class ChannelFailureSimulationTest {
    private static final int ITEMS = 3;

    /// One consumer: what it got, and how it ended.
    private static final class Consumer {
        final List<Integer> received = new ArrayList<>();
        boolean ended;
        boolean broken;

        void consume(ReceiveChannel<Integer> in, int way) {
            try {
                switch (way) {
                    case 0 -> {
                        for (int item : in) received.add(item);
                    }
                    case 1 -> receiveAll(in);
                    case 2 -> {
                        while (true)
                            received.addAll(in.receiveUpTo(2));
                    }
                    default -> select(in);
                }
                ended = true;
            } catch (EndOfChannelException _) {
                ended = true;
            } catch (BrokenException _) {
                broken = true;
            }
        }

        private void receiveAll(ReceiveChannel<Integer> in) {
            while (true)
                received.add(in.receive());
        }

        private void select(ReceiveChannel<Integer> in) {
            Select<Boolean> next = new Select<Boolean>().receive(in, received::add, () -> false);
            while (!next.isOver())
                next.await();
        }
    }

    private static void produce(SendChannel<Integer> out, int failAt, boolean[] done) throws Exception {
        out.feed(_ -> {
            for (int i = 0; i < ITEMS; i++) {
                if (i == failAt) throw new UnsupportedOperationException("disk");
                out.send(i);
            }
            if (failAt == ITEMS) throw new UnsupportedOperationException("disk");
            done[0] = true;
        });
    }

    /// The consumer is the block of the producer's nursery, or stands outside of it, or in a shield.
    @Test
    void failed_producer_is_never_the_regular_end() {
        ChannelSimulationTest.check(simulation -> {
            RandomGenerator random = simulation.random();
            Channel<Integer> channel = Channels.open(random.nextInt(3));
            int failAt = random.nextInt(ITEMS + 2);
            int way = random.nextInt(4);
            boolean inside = random.nextBoolean();
            boolean shielded = random.nextBoolean();
            CancelScope producing = new CancelScope();
            boolean cancelling = random.nextInt(3) == 0;
            if (cancelling) simulation.cancelAnywhere(producing);
            boolean[] done = {false};
            Consumer consumer = new Consumer();
            Runnable consume = () -> (shielded ? new CancelScope().withShield() : new CancelScope())
                    .run(() -> consumer.consume(channel.receiver(), way));
            simulation.run(() -> Nursery.run("outer", outer -> {
                if (!inside) outer.startSoon("consumer", consume::run);
                try {
                    producing.run(() -> Nursery.run("inner", inner -> {
                        inner.startSoon("producer", () -> produce(channel.sender(), failAt, done));
                        if (inside) consume.run();
                    }));
                } catch (NurseryFailedException failure) {
                    assertEquals(List.of("disk"),
                            failure.leaves().stream().map(Throwable::getMessage).toList());
                }
            }));
            assertEquals(IntStream.range(0, consumer.received.size()).boxed().toList(), consumer.received);
            if (consumer.ended)
                assertTrue(done[0], "a regular end although the producer had not sent everything");
            if (consumer.ended) assertEquals(ITEMS, consumer.received.size());
            if (!inside || shielded) {
                boolean begun = consumer.ended || consumer.broken;
                // Cancelled from the beginning, the producer's nursery may never have been opened.
                if (!cancelling) assertTrue(begun);
                if (!cancelling) assertEquals(failAt > ITEMS, consumer.ended);
                if (begun) assertEquals(channel.statistics().sent(), consumer.received.size());
            }
        });
    }

    /// Several producers with a handle each: one that fails spoils the end of all.
    @Test
    void one_failed_producer_of_several_is_never_the_regular_end() {
        ChannelSimulationTest.check(simulation -> {
            RandomGenerator random = simulation.random();
            Channel<Integer> channel = Channels.open(random.nextInt(3));
            int producers = 2 + random.nextInt(2);
            int failing = random.nextInt(producers + 1);
            int way = random.nextInt(4);
            boolean[][] done = new boolean[producers][1];
            Consumer consumer = new Consumer();
            simulation.run(() -> Nursery.run("outer", outer -> {
                outer.startSoon("consumer", () -> consumer.consume(channel.receiver(), way));
                for (int i = 0; i < producers; i++) {
                    int producer = i;
                    SendChannel<Integer> mine = channel.sender().duplicate();
                    outer.startSoon("producer", () -> {
                        try {
                            produce(mine, producer == failing ? ITEMS - 1 : ITEMS + 1, done[producer]);
                        } catch (UnsupportedOperationException _) {
                            // caught: it is no regular end even so
                        }
                    });
                }
                channel.sender().close();
            }));
            boolean all = failing == producers;
            assertEquals(all, consumer.ended);
            assertEquals(!all, consumer.broken);
            assertEquals(producers * ITEMS - (all ? 0 : 1), consumer.received.size());
        });
    }

    @Test
    void failed_sender_of_a_broadcast_is_never_the_regular_end() {
        ChannelSimulationTest.check(simulation -> {
            RandomGenerator random = simulation.random();
            Broadcast<Integer> broadcast = Broadcast.open("numbers", 1 + random.nextInt(2), SlowReader.BLOCK);
            int failAt = random.nextInt(ITEMS + 2);
            CancelScope sending = new CancelScope();
            boolean cancelling = random.nextInt(3) == 0;
            if (cancelling) simulation.cancelAnywhere(sending);
            boolean[] done = {false};
            List<Consumer> readers = new ArrayList<>();
            simulation.run(() -> Nursery.run("outer", outer -> {
                try {
                    Nursery.run("inner", inner -> {
                        for (int i = 0; i < 3; i++) {
                            ReceiveChannel<Integer> in = broadcast.subscribe();
                            Consumer reader = new Consumer();
                            readers.add(reader);
                            int way = random.nextInt(4);
                            (i == 0 ? inner : outer).startSoon("reader", () -> reader.consume(in, way));
                        }
                        sending.run(() -> broadcast.feed(() -> {
                            for (int i = 0; i < ITEMS; i++) {
                                if (i == failAt) throw new UnsupportedOperationException("disk");
                                broadcast.send(i);
                            }
                            if (failAt == ITEMS) throw new UnsupportedOperationException("disk");
                            done[0] = true;
                        }));
                    });
                } catch (NurseryFailedException failure) {
                    assertEquals(List.of("disk"),
                            failure.leaves().stream().map(Throwable::getMessage).toList());
                }
            }));
            for (Consumer reader : readers) {
                assertEquals(IntStream.range(0, reader.received.size()).boxed().toList(), reader.received);
                if (reader.ended) assertTrue(done[0], "a regular end although not everything had been sent");
                if (reader != readers.getFirst()) assertEquals(done[0], reader.ended);
                assertFalse(reader.ended && reader.broken);
            }
        });
    }
}
