package dev.structured.bench;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Channels of some make, and one task that takes from whichever has an item.
interface Merger {
    /// Names of the peers of select; the first two are ours.
    List<String> PEERS = List.of("BiasedSelect", "FairSelect", "JoxSelect");

    void put(int channel, Integer item) throws Exception;

    Integer take() throws Exception;

    /// Returns a new one.
    static Merger open(String peer, int channels, int capacity) {
        return switch (peer) {
            case "BiasedSelect" -> Ours.open(Select.biased(), channels, capacity);
            case "FairSelect" -> Ours.open(Select.fair(), channels, capacity);
            case "JoxSelect" -> new Jox(channels, capacity);
            default -> throw new IllegalArgumentException("'" + peer + "' is none of " + PEERS);
        };
    }

    /// Returns who uses those of that peer.
    static Crew crew(String peer) {
        return peer.equals("JoxSelect") ? Crew.ofThreads() : Crew.ofTasks();
    }

    /// Ours: made once, awaited often.
    record Ours(List<Channel<Integer>> channels, Select<Integer> select) implements Merger {
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

    /// Jox's: its clauses can be used again, so they are made once too. It is biased.
    final class Jox implements Merger {
        private final List<com.softwaremill.jox.Channel<Integer>> channels = new ArrayList<>();
        private final com.softwaremill.jox.SelectClause<Integer>[] clauses;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Jox(int count, int capacity) {
            clauses = new com.softwaremill.jox.SelectClause[count];
            for (int i = 0; i < count; i++) {
                channels.add(Line.jox(capacity));
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
