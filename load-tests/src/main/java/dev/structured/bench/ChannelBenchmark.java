package dev.structured.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The cost of an item through a channel.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChannelBenchmark {
    /// One of [ChannelPeer#PEERS].
    @Param("OurChannels")
    public String peer = "";

    /// The capacity of each channel.
    @Param("16")
    public int capacity;

    /// The shape, as [Traffic#of] reads it.
    @Param("1:1")
    public String tasks = "";

    private Traffic traffic = new Traffic(0, 0, 0, 0, 0);
    private long sum;

    /// Makes the traffic.
    @Setup
    public void shape() {
        traffic = Traffic.of(capacity, tasks);
        sum = traffic.sum();
    }

    /// Passes all items over and over again.
    @Benchmark
    public void channel(Effort effort) throws Exception {
        effort.repeat(this::pass);
    }

    /// Returns when all items have arrived.
    ///
    /// @return the number of items
    int pass() throws Exception {
        long arrived = traffic.pass(peer);
        if (arrived != sum) throw new AssertionError(peer + " has passed " + arrived + " instead of " + sum);
        return traffic.items();
    }
}
