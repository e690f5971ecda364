package dev.structured.bench;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;

/// A channel of some make, for tasks that each have a thread.
interface Line {
    /// Names of the peers of channels; the first is ours, the last has no threads.
    List<String> PEERS = List.of("OurChannels", "JoxChannels", "Queues", "KotlinChannels");

    void put(Integer item) throws Exception;

    Integer take() throws Exception;

    /// Returns a new one.
    static Line open(String peer, int capacity) {
        return switch (peer) {
            case "OurChannels" -> new Ours(Channels.open(capacity));
            case "JoxChannels" -> new Jox(jox(capacity));
            case "Queues" ->
                new Queue(capacity == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(capacity));
            default -> throw new IllegalArgumentException("'" + peer + "' is none of " + PEERS);
        };
    }

    /// Returns who uses those of that peer.
    static Crew crew(String peer) {
        return peer.equals("OurChannels") ? Crew.ofTasks() : Crew.ofThreads();
    }

    static com.softwaremill.jox.Channel<Integer> jox(int capacity) {
        return capacity == 0
                ? com.softwaremill.jox.Channel.newRendezvousChannel()
                : com.softwaremill.jox.Channel.newBufferedChannel(capacity);
    }

    /// Ours.
    record Ours(Channel<Integer> channel) implements Line {
        @Override
        public void put(Integer item) {
            channel.sender().send(item);
        }

        @Override
        public Integer take() {
            return channel.receiver().receive();
        }
    }

    /// Jox's.
    record Jox(com.softwaremill.jox.Channel<Integer> channel) implements Line {
        @Override
        public void put(Integer item) throws InterruptedException {
            channel.send(item);
        }

        @Override
        public Integer take() throws InterruptedException {
            return channel.receive();
        }
    }

    /// The JDK's.
    record Queue(BlockingQueue<Integer> queue) implements Line {
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
