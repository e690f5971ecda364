package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import java.io.IOException;
import java.io.PrintStream;

/// Three tasks fail, one by itself and two while they clean up after it. All three errors come out.
final class ThreeFailures {
    private ThreeFailures() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            try {
                save();
            } catch (NurseryFailedException e) {
                tell(e, out);
            }
            try {
                saveWithIoErrors();
            } catch (IOException e) {
                out.say("by type: " + e);
            }
        });
    }

    // @start region=save
    private static void save() {
        Nursery.run("save", nursery -> {
            nursery.startSoon("disk", () -> {
                Checkpoints.sleep(ofSeconds(1));
                throw new IOException("disk full");
            });
            nursery.startSoon("cache", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    flush(); // throws an IllegalStateException
                }
            });
            nursery.startSoon("index", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    rollBack(); // a second later throws a group of its own
                }
            });
        });
    }
    // @end

    private static void flush() {
        throw new IllegalStateException("cache is closed");
    }

    private static void rollBack() {
        new CancelScope("roll back").withShield().run(() -> Nursery.run("roll back", nursery -> {
            nursery.startSoon("unlock", () -> {
                Checkpoints.sleep(ofSeconds(1));
                throw new IOException("index is locked");
            });
        }));
    }

    // @start region=tell
    private static void tell(NurseryFailedException e, Transcript out) {
        out.say("message: " + e.getMessage());
        for (Throwable failure : e.failures()) out.say("failure: " + failure);
        for (Throwable leaf : e.leaves()) out.say("leaf: " + leaf);
        out.say("cause: " + e.getCause());
        for (Throwable other : e.getSuppressed()) out.say("suppressed: " + other);
    }
    // @end

    // @start region=rethrow
    private static void saveWithIoErrors() throws IOException {
        try {
            save();
        } catch (NurseryFailedException e) {
            throw e.rethrow(IOException.class); // the first leaf of that type, else the group itself
        }
    }
    // @end
}
