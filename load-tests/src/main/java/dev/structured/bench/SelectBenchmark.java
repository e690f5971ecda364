package dev.structured.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The cost of an item received through a select over several channels.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SelectBenchmark {
    private static final int ITEMS = 128_000;

    /// One of [SelectPeer#PEERS].
    @Param("BiasedSelect")
    public String peer = "";

    /// How many channels are selected from.
    @Param("2")
    public int clauses;

    /// `one`: a single sender hands over each item, so that the select has to wait for each. `each`: every
    /// channel has a sender and a buffer of 16, so that often several are ready.
    @Param("one")
    public String from = "";

    /// Receives over and over again.
    @Benchmark
    public void select(Effort effort) throws Exception {
        effort.repeat(this::takeAll);
    }

    /// Returns when all items have been received.
    ///
    /// @return the number of items
    int takeAll() throws Exception {
        SelectPeer merger = SelectPeer.open(peer, clauses, from.equals("one") ? 0 : 16);
        List<Callable<Long>> work = new ArrayList<>();
        if (from.equals("one")) work.add(() -> goRound(merger));
        else {
            for (int i = 0; i < clauses; i++) {
                int channel = i;
                work.add(() -> fill(merger, channel));
            }
        }
        work.add(() -> take(merger));
        check(SelectPeer.workers(peer).sum(work));
        return ITEMS;
    }

    private long goRound(SelectPeer merger) throws Exception {
        for (int i = 0; i < ITEMS; i++) merger.put(i % clauses, Traffic.item(i));
        return 0;
    }

    private long fill(SelectPeer merger, int channel) throws Exception {
        for (int i = 0; i < ITEMS / clauses; i++) merger.put(channel, Traffic.item(i));
        return 0;
    }

    private static long take(SelectPeer merger) throws Exception {
        long sum = 0;
        for (int i = 0; i < ITEMS; i++) sum += merger.take();
        return sum;
    }

    private void check(long taken) {
        int senders = from.equals("one") ? 1 : clauses;
        long sum = new Traffic(0, 1, senders, 1, ITEMS).sum();
        if (taken != sum) throw new AssertionError(peer + " has taken " + taken + " instead of " + sum);
    }
}
