package dev.structured.bench;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A select of some library over several channels.
interface SelectPeer {
    /// The names of the peers, ours first.
    List<String> PEERS = List.of("BiasedSelect", "FairSelect", "JoxSelect");

    void put(int channel, Integer item) throws Exception;

    Integer take() throws Exception;

    /// Returns a new one of that peer.
    static SelectPeer open(String peer, int channels, int capacity) {
        return switch (peer) {
            case "BiasedSelect" -> Ours.open(new Select<>(Select.Order.BIASED), channels, capacity);
            case "FairSelect" -> Ours.open(new Select<>(), channels, capacity);
            case "JoxSelect" -> new Jox(channels, capacity);
            default -> throw new IllegalArgumentException("'" + peer + "' is none of " + PEERS);
        };
    }

    /// Returns the workers that use that peer.
    static Workers workers(String peer) {
        return peer.equals("JoxSelect") ? Workers.ofThreads() : Workers.ofTasks();
    }

    /// Of this library: made once, awaited often.
    record Ours(List<Channel<Integer>> channels, Select<Integer> select) implements SelectPeer {
        static Ours open(Select<Integer> select, int count, int capacity) {
            List<Channel<Integer>> channels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Channel<Integer> channel = Channels.open(capacity);
                channels.add(channel);
                select.receive(channel.receiver(), Function.identity());
            }
            return new Ours(List.copyOf(channels), select);
        }

        @Override
        public void put(int channel, Integer item) {
            channels.get(channel).sender().send(item);
        }

        @Override
        public Integer take() {
            return select.await();
        }
    }

    /// Of Jox, which is biased. Its clauses can be used again, so they are made once too.
    final class Jox implements SelectPeer {
        private final List<com.softwaremill.jox.Channel<Integer>> channels = new ArrayList<>();
        private final com.softwaremill.jox.SelectClause<Integer>[] clauses;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Jox(int count, int capacity) {
            clauses = new com.softwaremill.jox.SelectClause[count];
            for (int i = 0; i < count; i++) {
                channels.add(ChannelPeer.jox(capacity));
                clauses[i] = channels.get(i).receiveClause();
            }
        }

        @Override
        public void put(int channel, Integer item) throws InterruptedException {
            channels.get(channel).send(item);
        }

        @Override
        public Integer take() throws InterruptedException {
            return com.softwaremill.jox.Select.select(clauses);
        }
    }
}
