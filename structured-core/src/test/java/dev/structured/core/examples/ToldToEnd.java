package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.interop.Command;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import dev.structured.core.interop.Subprocess;
import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumSet;

/// Signals as a channel: the first that tells the program to end cancels what it does.
final class ToldToEnd {
    private ToldToEnd() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        // @start region=listen
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Signals.open(EnumSet.of(Signal.TERM, Signal.INT, Signal.HUP), signals -> {
                nursery.startSoon("server", () -> serve(out));
                nursery.startSoon("operator", ToldToEnd::sendHangUp);
                Signal first = signals.receive();
                nursery.scope().cancel("told by " + first);
                return first;
            });
        }));
        out.say("outside: ended in order");
        // @end
    }

    private static void serve(Transcript out) {
        try {
            Checkpoints.sleepForever();
        } finally {
            out.say("server: closing");
        }
    }

    /// Stands for who does so from outside: `kill -HUP` to this very process.
    private static void sendHangUp() throws IOException {
        Subprocess.run(
                Command.of("sh", "-c", "kill -HUP $PID").withVariable("PID",
                        "" + ProcessHandle.current().pid()));
    }
}
