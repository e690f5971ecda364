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

/// The cost of acquiring and releasing a lock, a semaphore or a limiter.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LockBenchmark {
    private static final int TIMES = 128_000;
    private static final int MANY = 8;

    /// The name of a [LockPeer].
    @Param("TaskLock")
    public String peer = "";

    /// `alone`: by one task. `briefly`: by eight tasks, each for the time of an addition; virtual threads
    /// have no time slices, so on one carrier no task ever finds it taken. `yielding`: by eight tasks, and
    /// the holder yields, so that the others have to wait.
    @Param("alone")
    public String held = "";

    /// Guarded by the lock.
    private long entered;

    /// Acquires and releases over and over again.
    @Benchmark
    public void enter(Effort effort) throws Exception {
        effort.repeat(this::enterAll);
    }

    /// Returns when every task has acquired and released often enough.
    ///
    /// @return the number of acquisitions
    int enterAll() throws Exception {
        LockPeer turnstile = LockPeer.open(peer);
        entered = 0;
        int tasks = held.equals("alone") ? 1 : MANY;
        boolean yielding = held.equals("yielding");
        Callable<Long> task = () -> enter(turnstile, TIMES / tasks, yielding);
        long left = LockPeer.workers(peer).sum(Collections.nCopies(tasks, task));
        if (entered != TIMES || left != TIMES)
            throw new AssertionError(peer + " has let in " + entered + " and out " + left + ", not " + TIMES);
        return TIMES;
    }

    @SuppressWarnings("ThreadPriorityCheck") // to be found inside is all that is asked for
    private long enter(LockPeer turnstile, int times, boolean yielding) throws InterruptedException {
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
