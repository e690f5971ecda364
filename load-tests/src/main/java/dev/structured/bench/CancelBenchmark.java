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

/// How long until a cancelled scope of many sleeping children is empty, beside how long it took to fill it?
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CancelBenchmark {

    /// A peer and, between an invocation's parts, a scope of it.
    @State(Scope.Benchmark)
    public static class Sleepers {
        /// One of [Peer#NAMES].
        @Param("Nurseries")
        public String peer = "";

        /// How many children sleep.
        @Param("10000")
        public int children;

        /// Whether they sleep in the JDK's way whatever the peer, so that only an interrupt reaches them.
        @Param("false")
        public boolean foreign;

        private @Nullable Held held;

        Held fill() throws InterruptedException {
            Peer scopes = Peer.named(peer);
            Held fresh = new Held(scopes, children, () -> {
                if (foreign) Thread.sleep(Duration.ofHours(1));
                else
                    scopes.sleep();
                return true;
            });
            held = fresh;
            return fresh;
        }

        void empty() throws Exception {
            Held full = held;
            held = null;
            if (full != null) full.cancel();
        }
    }

    /// Sleepers that are there before the clock runs.
    public static class Full extends Sleepers {
        /// Fills the scope.
        @Setup(Level.Invocation)
        public void begin() throws InterruptedException {
            fill();
        }
    }

    /// Sleepers that are taken away after the clock has stopped.
    public static class Empty extends Sleepers {
        /// Empties the scope.
        @TearDown(Level.Invocation)
        public void end() throws Exception {
            empty();
        }
    }

    /// Until all sleep.
    @Benchmark
    public Object fill(Empty sleepers) throws InterruptedException {
        return sleepers.fill();
    }

    /// From the cancelling until the scope is empty.
    @Benchmark
    public void cancel(Full sleepers) throws Exception {
        sleepers.empty();
    }
}
