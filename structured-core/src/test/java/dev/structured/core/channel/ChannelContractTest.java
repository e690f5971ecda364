package dev.structured.core.channel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/// The contract, for all that keeps it.
class ChannelContractTest {

    /// The handles themselves, unless something is done in another way.
    private interface Handles extends ChannelContract.Ends {
        Channel<Integer> channel();

        @Override
        default int capacity() {
            return channel().statistics().capacity();
        }

        @Override
        default void send(int item) {
            channel().sender().send(item);
        }

        @Override
        default boolean trySend(int item) {
            return channel().sender().trySend(item);
        }

        @Override
        default void closeSender() {
            channel().sender().close();
        }

        @Override
        default int receive() {
            return channel().receiver().receive();
        }

        @Override
        default @Nullable Integer tryReceive() {
            return channel().receiver().tryReceive();
        }

        @Override
        default ChannelStatistics statistics() {
            return channel().statistics();
        }
    }

    private record Plain(Channel<Integer> channel) implements Handles {}

    /// Everything that may wait goes through a select, beside a clause for a channel where nothing happens.
    private record Selected(Channel<Integer> channel, ReceiveChannel<Integer> silent,
            SendChannel<Integer> deaf,
            boolean fair) implements Handles {
        private Select<Integer> select() {
            return fair ? new Select<>() : new Select<>(Select.Order.BIASED);
        }

        @Override
        public void send(int item) {
            select().receive(silent, other -> other).send(channel.sender(), () -> item, () -> item).await();
        }

        @Override
        public int receive() {
            return select().send(deaf, () -> 0, () -> -1).receive(channel.receiver(), item -> item).await();
        }
    }

    private static Selected selected(int capacity, boolean fair) {
        return new Selected(Channels.open(capacity), Channels.<Integer>open(0).receiver(),
                Channels.<Integer>open(0).sender(), fair);
    }

    /// Received as one of up to one.
    private record Batches(Channel<Integer> channel) implements Handles {
        @Override
        public int receive() {
            return channel.receiver().receiveUpTo(1).getFirst();
        }
    }

    /// One reader of a broadcast that waits for its readers.
    private record Reader(Broadcast<Integer> broadcast, ReceiveChannel<Integer> reader)
            implements
                ChannelContract.Ends {
        @Override
        public int capacity() {
            return reader.statistics().capacity();
        }

        @Override
        public void send(int item) {
            broadcast.send(item);
        }

        @Override
        public boolean trySend(int item) {
            return broadcast.trySend(item);
        }

        @Override
        public void closeSender() {
            broadcast.close();
        }

        @Override
        public int receive() {
            return reader.receive();
        }

        @Override
        public @Nullable Integer tryReceive() {
            return reader.tryReceive();
        }

        @Override
        public ChannelStatistics statistics() {
            return reader.statistics();
        }
    }

    @Nested
    class Without_a_buffer extends ChannelContract {
        @Override
        Ends open() {
            return new Plain(Channels.open(0));
        }
    }

    @Nested
    class With_a_buffer_of_1 extends ChannelContract {
        @Override
        Ends open() {
            return new Plain(Channels.open(1));
        }
    }

    @Nested
    class With_a_buffer_of_16 extends ChannelContract {
        @Override
        Ends open() {
            return new Plain(Channels.open("numbers", 16));
        }
    }

    @Nested
    class Unbounded extends ChannelContract {
        @Override
        Ends open() {
            return new Plain(Channels.unbounded("numbers"));
        }
    }

    @Nested
    class By_a_fair_select_without_a_buffer extends ChannelContract {
        @Override
        Ends open() {
            return selected(0, true);
        }
    }

    @Nested
    class By_a_biased_select_with_a_buffer extends ChannelContract {
        @Override
        Ends open() {
            return selected(3, false);
        }
    }

    @Nested
    class In_batches extends ChannelContract {
        @Override
        Ends open() {
            return new Batches(Channels.open(2));
        }
    }

    @Nested
    class By_a_reader_of_a_broadcast extends ChannelContract {
        @Override
        Ends open() {
            Broadcast<Integer> broadcast = Broadcast.open("numbers", 3, SlowReader.BLOCK);
            return new Reader(broadcast, broadcast.subscribe());
        }
    }
}
