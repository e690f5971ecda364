package dev.structured.core.examples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import java.io.PrintStream;
import java.time.Duration;

/// Cleanup that has to wait runs where no cancellation reaches it, with a limit of its own.
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
            var abort = Cleanup.run(ofSeconds(5), () -> {
                Checkpoints.sleep(cleanup); // tells the server, which takes its time
                out.say("upload: aborted in order");
            });
            if (abort instanceof ScopeResult.Cancelled(var why)) out.say("upload: gave up, " + why);
        }
    }
    // @end
}
