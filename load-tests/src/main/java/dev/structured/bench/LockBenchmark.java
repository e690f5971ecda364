package dev.structured.bench;

import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What does it cost to enter and to leave?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LockBenchmark {
    private static final int TIMES = 128_000;
    private static final int MANY = 8;

    /// One of those of [Turnstile].
    @Param("TaskLock")
    public String peer = "";

    /// `alone`: by one task. `briefly`: by eight, each for the time of an addition; virtual threads have no time slices,
    /// so on one carrier nobody ever finds it taken. `yielding`: by eight, and who is inside lets the others run, so that
    /// they have to wait.
    @Param("alone")
    public String held = "";

    /// Guarded by the turnstile.
    private long entered;

    /// Enters over and over again.
    @Benchmark
    public void enter(Effort effort) throws Exception {
        effort.repeat(this::enterAll);
    }

    /// Returns when all have entered and left often enough.
    ///
    /// @return how often
    int enterAll() throws Exception {
        Turnstile turnstile = Turnstile.open(peer);
        entered = 0;
        int tasks = held.equals("alone") ? 1 : MANY;
        boolean yielding = held.equals("yielding");
        Callable<Long> task = () -> enter(turnstile, TIMES / tasks, yielding);
        long left = Turnstile.crew(peer).sum(Collections.nCopies(tasks, task));
        if (entered != TIMES || left != TIMES)
            throw new AssertionError(peer + " has let in " + entered + " and out " + left + ", not " + TIMES);
        return TIMES;
    }

    @SuppressWarnings("ThreadPriorityCheck") // to be found inside is all that is asked for
    private long enter(Turnstile turnstile, int times, boolean yielding) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            turnstile.enter();
            try {
                long before = entered;
                if (yielding) Thread.yield();
                entered = before + 1;
            } finally {
                turnstile.leave();
            }
        }
        return times;
    }
}
