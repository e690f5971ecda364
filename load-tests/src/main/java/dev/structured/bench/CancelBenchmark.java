package dev.structured.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// The time until a cancelled scope of many sleeping children is empty, beside the time to fill it.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CancelBenchmark {

    /// A peer, and the scope that an invocation fills or empties.
    @State(Scope.Benchmark)
    public static class Sleepers {
        /// One of [ScopePeer#NAMES].
        @Param("Nurseries")
        public String peer = "";

        /// The number of sleeping children.
        @Param("10000")
        public int children;

        /// True if the children sleep in `Thread.sleep` for every peer, so that only an interrupt reaches
        /// them.
        @Param("false")
        public boolean foreign;

        private @Nullable SleepingScope held;

        SleepingScope fill() throws InterruptedException {
            ScopePeer scopes = ScopePeer.named(peer);
            SleepingScope fresh = new SleepingScope(scopes, children, () -> {
                if (foreign) Thread.sleep(Duration.ofHours(1));
                else
                    scopes.sleep();
                return true;
            });
            held = fresh;
            return fresh;
        }

        void empty() throws Exception {
            SleepingScope full = held;
            held = null;
            if (full != null) full.cancel();
        }
    }

    /// A scope that is filled before the measurement.
    public static class Full extends Sleepers {
        /// Fills the scope.
        @Setup(Level.Invocation)
        public void begin() throws InterruptedException {
            fill();
        }
    }

    /// A scope that is emptied after the measurement.
    public static class Empty extends Sleepers {
        /// Empties the scope.
        @TearDown(Level.Invocation)
        public void end() throws Exception {
            empty();
        }
    }

    /// Returns when all children sleep.
    @Benchmark
    public Object fill(Empty sleepers) throws InterruptedException {
        return sleepers.fill();
    }

    /// Cancels the scope, and returns when it is empty.
    @Benchmark
    public void cancel(Full sleepers) throws Exception {
        sleepers.empty();
    }
}
