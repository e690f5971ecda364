package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import java.io.PrintStream;
import java.time.Duration;

/// A server is asked to stop: it accepts nothing more, what it has in hand gets 5 s, and the rest is
/// cancelled.
final class StopSoftly {
    private final Transcript out;
    private int accepted;

    private StopSoftly(Transcript out) {
        this.out = out;
    }

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        StopSoftly server = new StopSoftly(new Transcript(scheduler, stream));
        scheduler.run("main", server::stopSoftly);
    }

    // @start region=stop
    private void stopSoftly() {
        CancelScope server = new CancelScope("server");
        server.run(() -> Nursery.run(nursery -> {
            nursery.startSoon("listener", () -> acceptAll(nursery));
            nursery.startSoon("sweeper", this::sweep);
            Checkpoints.sleep(ofMillis(2500));
            out.say("main: please stop");
            server.requestStop(ofSeconds(5)); // any thread may ask
        }));
        out.say("main: stopped, " + server.reason());
    }
    // @end

    // @start region=accept
    private void acceptAll(Nursery nursery) {
        while (true) {
            ScopeResult<Duration> next = new CancelScope("accept").asIdle().call(this::accept);
            switch (next) {
                case ScopeResult.Completed<Duration>(Duration work) ->
                    nursery.startSoon("request of " + work.toSeconds() + " s", () -> answer(work));
                case ScopeResult.Cancelled<Duration>(CancelReason reason) -> {
                    out.say("listener: ends, " + reason.source() + ", " + reason.text());
                    return;
                }
            }
        }
    }
    // @end

    // @start region=sweep
    private void sweep() {
        while (!Checkpoints.isStopRequested()) {
            Checkpoints.sleep(ofSeconds(1)); // sweeps one folder, and is not to be stopped within it
        }
        out.say("sweeper: stops between two folders");
    }
    // @end

    /// Stands for the `accept` of a server socket. A request comes each second: one of 3 s of work, then one
    /// of 60.
    private Duration accept() {
        if (accepted == 2) Checkpoints.sleepForever();
        Checkpoints.sleep(ofSeconds(1));
        return accepted++ == 0 ? ofSeconds(3) : ofSeconds(60);
    }

    private void answer(Duration work) {
        boolean answered = false;
        try {
            Checkpoints.sleep(work);
            answered = true;
        } finally {
            out.say(Task.current().name() + (answered ? ": answered" : ": stopped"));
        }
    }
}
