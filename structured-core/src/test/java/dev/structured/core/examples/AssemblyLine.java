package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SendChannel;
import java.io.PrintStream;
import java.time.Duration;

/// Three stages with a channel between each two. The slowest sets the pace, and nothing piles up.
final class AssemblyLine {
    private AssemblyLine() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> build(out));
    }

    // @start region=line
    private static void build(Transcript out) {
        Channel<String> frames = Channels.open("frames", 1);
        Channel<String> painted = Channels.open("painted", 1);
        Nursery.run("line", nursery -> {
            nursery.startSoon("welder", () -> frames.sender().feed(line -> weld(line, out)));
            nursery.startSoon("painter", () -> painted.sender().feed(line -> paint(frames.receiver(), line)));
            for (String bike : painted.receiver()) out.say("shipped: " + bike);
        });
        out.say("the line has ended; frames held at most: " + frames.statistics().peak());
    }

    private static void weld(SendChannel<String> frames, Transcript out) {
        for (int i = 1; i <= 4; i++) {
            frames.send("frame " + i); // waits while the painter has no room for it
            out.say("welder: frame " + i + " is on the line");
        }
    }

    private static void paint(ReceiveChannel<String> frames, SendChannel<String> painted) {
        for (String frame : frames) {
            Checkpoints.sleep(Duration.ofSeconds(1));
            painted.send("red " + frame);
        }
    }
    // @end
}
