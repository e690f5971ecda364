package dev.structured.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The cost of a scope of trivial children. An invocation opens many scopes, one after the other, on one
/// virtual thread.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScopeBenchmark {
    private static final int SCOPES = 500;

    /// One of [ScopePeer#NAMES].
    @Param("Nurseries")
    public String peer = "";

    /// The number of children in a scope.
    @Param("10")
    public int children;

    private ScopePeer scopes = new RawThreads();

    /// Finds the peer.
    @Setup
    public void find() {
        scopes = ScopePeer.named(peer);
    }

    /// Scopes without a deadline.
    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public int plain() throws Exception {
        return repeat(() -> scopes.scope(children));
    }

    /// Scopes with a deadline that does not pass.
    @Benchmark
    @OperationsPerInvocation(SCOPES)
    public int withDeadline() throws Exception {
        return repeat(() -> scopes.scopeWithDeadline(children));
    }

    private int repeat(Callable<Integer> scope) throws Exception {
        int expected = children * (children - 1) / 2;
        return scopes.inRun(() -> {
            for (int i = 0; i < SCOPES; i++) {
                int sum = scope.call();
                if (sum != expected) throw new AssertionError(peer + " lost a result: " + sum);
            }
            return SCOPES;
        });
    }
}
