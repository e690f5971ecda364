package dev.structured.bench;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;

/// A channel of some library, used by threads.
interface ChannelPeer {
    /// The names of the peers, ours first. The last one uses no threads.
    List<String> PEERS = List.of("OurChannels", "JoxChannels", "Queues", "KotlinChannels");

    void put(Integer item) throws Exception;

    Integer take() throws Exception;

    /// Returns a new one of that peer.
    static ChannelPeer open(String peer, int capacity) {
        return switch (peer) {
            case "OurChannels" -> new Ours(Channels.open(capacity));
            case "JoxChannels" -> new Jox(jox(capacity));
            case "Queues" ->
                new Queue(capacity == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(capacity));
            default -> throw new IllegalArgumentException("'" + peer + "' is none of " + PEERS);
        };
    }

    /// Returns the workers that use that peer.
    static Workers workers(String peer) {
        return peer.equals("OurChannels") ? Workers.ofTasks() : Workers.ofThreads();
    }

    static com.softwaremill.jox.Channel<Integer> jox(int capacity) {
        return capacity == 0
                ? com.softwaremill.jox.Channel.newRendezvousChannel()
                : com.softwaremill.jox.Channel.newBufferedChannel(capacity);
    }

    /// Of this library.
    record Ours(Channel<Integer> channel) implements ChannelPeer {
        @Override
        public void put(Integer item) {
            channel.sender().send(item);
        }

        @Override
        public Integer take() {
            return channel.receiver().receive();
        }
    }

    /// Of Jox.
    record Jox(com.softwaremill.jox.Channel<Integer> channel) implements ChannelPeer {
        @Override
        public void put(Integer item) throws InterruptedException {
            channel.send(item);
        }

        @Override
        public Integer take() throws InterruptedException {
            return channel.receive();
        }
    }

    /// Of the JDK.
    record Queue(BlockingQueue<Integer> queue) implements ChannelPeer {
        @Override
        public void put(Integer item) throws InterruptedException {
            queue.put(item);
        }

        @Override
        public Integer take() throws InterruptedException {
            return queue.take();
        }
    }
}
