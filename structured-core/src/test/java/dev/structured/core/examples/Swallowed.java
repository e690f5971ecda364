package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;

/// Code that swallows a cancellation, and an error that a cancellation takes with it, are told to an
/// instrument.
final class Swallowed {
    private Swallowed() {}

    static void main() {
        run(Scheduler.builder(), System.out);
    }

    // @start region=instrument
    record Witness(PrintStream out) implements Instrument {
        @Override
        public void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
            out.println(task.path() + ": has swallowed '" + cancelled.reason().text() + "'");
        }

        @Override
        public void errorDropped(Task<?> task, Throwable error) {
            out.println(task.path() + ": nobody will see " + error);
        }

        @Override
        public void taskStuck(Task<?> task, long nanos) {
            out.println(task.path() + ": stuck for " + nanos / 1_000_000 + " ms");
            for (StackTraceElement frame : task.stackTrace()) out.println("    at " + frame);
        }
    }
    // @end

    static void run(Scheduler.Builder settings, PrintStream out) {
        // @start region=use
        try (Scheduler scheduler = settings.instrument(new Witness(out)).build()) {
            scheduler.run("main", () -> Timeouts.moveOnAfter(ofSeconds(1), () -> Nursery.run(nursery -> {
                nursery.startSoon("poller", Swallowed::poll);
                nursery.startSoon("writer", Swallowed::write);
            })));
        }
        // @end
    }

    // @start region=culprits
    private static void poll() {
        try {
            Checkpoints.sleepForever();
        } catch (Throwable t) { // a Cancelled too
            // keep going, whatever happens
        }
    }

    private static void write() throws IOException {
        try (Closeable _ = Swallowed::flush) {
            Checkpoints.sleepForever();
        }
    }
    // @end

    private static void flush() throws IOException {
        throw new IOException("disk full");
    }
}
