package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.io.PrintStream;
import java.time.Duration;

/// One article is dropped and the other is finished; then the clock stops, and the archive is closed.
final class Newsroom {
    private Newsroom() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("paper", () -> {
            // @start region=body
            Nursery.run("newsroom", room -> {
                room.use("archive", () -> {
                    Checkpoints.sleep(ofMillis(200));
                    out.say("archive: closed");
                }, ofSeconds(1));
                room.startBackground("clock", () -> strike(out));
                Task<?> sports = room.startSoon("sports", () -> write(ofSeconds(9), out));
                room.startSoon("politics", () -> write(ofMillis(3_500), out));
                Checkpoints.sleep(ofMillis(2_500));
                sports.cancel("there is no space left");
            });
            out.say("paper: printed");
            // @end
        });
    }

    private static void strike(Transcript out) {
        try {
            while (true) {
                Checkpoints.sleep(ofSeconds(1));
                out.say("clock: strikes");
            }
        } finally {
            out.say("clock: stops");
        }
    }

    private static void write(Duration time, Transcript out) {
        String article = Task.current().name();
        boolean done = false;
        try {
            Checkpoints.sleep(time);
            done = true;
        } finally {
            out.say(article + (done ? ": done" : ": dropped"));
        }
    }
}
