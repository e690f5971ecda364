package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What many tasks use at once costs each of them about the same as it costs few: a cost for each of the
/// others would show as the square of their number.
class ManyUsersTest {
    private static final int FEW = 1_000;

    enum Use {
        /// A select is made of many channels, which end one by one.
        SELECT_OVER_MANY_CHANNELS {
            @Override
            void of(int many) {
                Select<Boolean> select = new Select<>();
                for (int i = 0; i < many; i++) {
                    Channel<Integer> channel = Channels.open(1);
                    select.receive(channel.receiver(), _ -> true, () -> false);
                }
                assertTrue(select.orElse(() -> true).await());
            }
        },
        /// Each of many tasks waits by a handle of its own, and another task closes all these.
        CLOSING_HANDLES_THAT_WAIT {
            @Override
            void of(int many) {
                Channel<Integer> channel = Channels.open(0);
                List<ReceiveChannel<Integer>> handles = new ArrayList<>();
                Nursery.run(nursery -> {
                    for (int i = 0; i < many; i++) {
                        ReceiveChannel<Integer> mine = channel.receiver().duplicate();
                        handles.add(mine);
                        nursery.startSoon("waits", () -> {
                            try {
                                mine.receive();
                            } catch (ChannelClosedException expected) {
                                // another task has closed it
                            }
                        });
                    }
                    while (channel.statistics().waitingReceivers() < many)
                        Checkpoints.sleep(Duration.ofMillis(1));
                    for (ReceiveChannel<Integer> each : handles.reversed()) each.close();
                });
            }
        },
        /// The readers of a broadcast leave, the last ones first.
        LEAVING_A_BROADCAST {
            @Override
            void of(int many) {
                Broadcast<Integer> broadcast = Broadcast.open("broadcast", 1, SlowReader.BLOCK);
                List<ReceiveChannel<Integer>> readers = new ArrayList<>();
                for (int i = 0; i < many; i++) readers.add(broadcast.subscribe());
                for (ReceiveChannel<Integer> reader : readers.reversed()) reader.close();
            }
        },
        /// Each of many readers of a broadcast makes room for a task that waits to send.
        ROOM_IN_A_BROADCAST {
            @Override
            void of(int many) {
                Broadcast<Integer> broadcast = Broadcast.open("broadcast", 1, SlowReader.BLOCK);
                List<ReceiveChannel<Integer>> readers = new ArrayList<>();
                for (int i = 0; i < many; i++) readers.add(broadcast.subscribe());
                broadcast.send(1);
                Nursery.run(nursery -> {
                    nursery.startSoon("sender", () -> broadcast.send(2));
                    while (broadcast.statistics().waitingSenders() == 0)
                        Checkpoints.sleep(Duration.ofMillis(1));
                    for (ReceiveChannel<Integer> reader : readers) reader.receive();
                });
            }
        };

        abstract void of(int many);
    }

    /// Sixteen times as many cost about sixteen times as much of the calling thread's time, and 256 times as
    /// much if each looked at all others.
    @ParameterizedTest
    @EnumSource
    void cost_each_other_nothing(Use use) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> {
                for (int i = 0; i < 5; i++) use.of(FEW); // compiles some of it
                long few = cpu(use, FEW);
                long many = cpu(use, 16 * FEW);
                // A busy machine may disturb some tries.
                for (int i = 0; i < 5 && many >= 100 * few; i++) many = Math.min(many, cpu(use, 16 * FEW));
                String found = FEW + ": " + few + " ns, 16 times as many: " + many + " ns";
                assertTrue(many < 100 * few, found);
            });
        }
    }

    /// Returns the least of some tries.
    private static long cpu(Use use, int many) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            use.of(many);
            least = Math.min(least, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        }
        return least;
    }
}
