package dev.structured.core.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.PrintStream;
import java.time.Duration;

/// Cleanup that has to wait runs under a shield, which has a limit of its own.
final class ShieldedCleanup {
    private ShieldedCleanup() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            closePageDuringUpload(ofSeconds(2), out);
            closePageDuringUpload(ofHours(1), out);
        });
    }

    // @start region=cancel
    private static void closePageDuringUpload(Duration cleanup, Transcript out) {
        Nursery.run("page", nursery -> {
            nursery.startSoon("upload", () -> upload(cleanup, out));
            Checkpoints.sleep(ofSeconds(1));
            out.say("page: closing");
            nursery.scope().cancel("the page was closed");
        });
        out.say("page: closed");
    }
    // @end

    // @start region=cleanup
    private static void upload(Duration cleanup, Transcript out) {
        try {
            out.say("upload: sending");
            Checkpoints.sleepForever();
        } finally {
            CancelScope limit = CancelScope.create("abort upload").shield(true).timeout(ofSeconds(5));
            limit.run(() -> {
                Checkpoints.sleep(cleanup); // tells the server, which takes its time
                out.say("upload: aborted in order");
            });
            if (limit.cancelledCaught()) out.say("upload: gave up, " + limit.reason());
        }
    }
    // @end
}
