package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Stages;
import dev.structured.core.channel.Watch;
import java.io.PrintStream;
import java.util.List;

/// A heater that follows the latest target, and a log of readings that is written in batches.
final class Greenhouse {
    private Greenhouse() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> heat(out));
        scheduler.run("main", () -> log(out));
    }

    private static void heat(Transcript out) {
        // @start region=watch
        Watch<Integer> target = Watch.open("target", 18);
        Nursery.run(nursery -> {
            nursery.startSoon("heater", () -> {
                try (ReceiveChannel<Integer> changes = target.subscribe()) {
                    for (int degrees : changes) {
                        out.say("heater: set to " + degrees);
                        Checkpoints.sleep(ofSeconds(2)); // skips targets that are replaced in this time
                    }
                }
            });
            target.feed(() -> {
                for (int degrees = 19; degrees <= 22; degrees++) {
                    Checkpoints.sleep(ofMillis(900));
                    target.set(degrees);
                }
            });
        });
        // @end
    }

    private static void log(Transcript out) {
        // @start region=stages
        Channel<Integer> readings = Channels.open("readings", 0);
        Nursery.run(nursery -> {
            nursery.startSoon("sensor", () -> readings.sender().feed(sensor -> {
                for (int degrees = 18; degrees <= 23; degrees++) {
                    Checkpoints.sleep(ofMillis(400));
                    sensor.send(degrees);
                }
            }));
            ReceiveChannel<Integer> warm = Stages.filter(nursery, readings.receiver(),
                    degrees -> degrees > 19);
            for (List<Integer> batch : Stages.batch(nursery, warm, 3, ofSeconds(1))) out.say("log: " + batch);
        });
        // @end
    }
}
