package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.CancelReason;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Timeouts;
import java.io.PrintStream;

/// A nap of 8 s is cut short by moving on after 3 s, and the result tells so.
final class CutShort {
    private CutShort() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("afternoon", () -> {
            // @start region=nap
            ScopeResult<String> nap = Timeouts.moveOnAfter(ofSeconds(3), () -> {
                out.say("lying down for 8 s");
                Checkpoints.sleep(ofSeconds(8));
                return "rested";
            });
            // @end
            // @start region=result
            switch (nap) {
                case ScopeResult.Completed<String>(String value) -> out.say("slept until the end: " + value);
                case ScopeResult.Cancelled<String>(CancelReason reason) ->
                    out.say("cut short: " + reason.source() + ", " + reason.text());
            }
            out.say("or in one word: " + nap.orElse("tired"));
            // @end
        });
    }
}
