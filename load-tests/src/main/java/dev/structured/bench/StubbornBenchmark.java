package dev.structured.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The time that a limit of 200 ms takes over a child that swallows one interrupt and then blocks for 1.5 s
/// more.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class StubbornBenchmark {
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final Duration MORE = Duration.ofMillis(1500);

    /// One of [ScopePeer#NAMES].
    @Param("Nurseries")
    public String peer = "";

    /// Returns when the scope has ended.
    @Benchmark
    public boolean limited() throws Exception {
        return limitedOf(peer);
    }

    boolean limitedOf(String name) throws Exception {
        ScopePeer scopes = ScopePeer.named(name);
        return scopes.inRun(() -> scopes.limited(LIMIT, StubbornBenchmark::stubborn));
    }

    private static boolean stubborn() throws InterruptedException {
        try {
            Thread.sleep(Duration.ofHours(1));
        } catch (InterruptedException swallowed) {
            // as too much code does
        }
        Thread.sleep(MORE);
        return true;
    }
}
