package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.combine.RestartPolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.SupervisionFailedException;
import dev.structured.core.combine.Supervisor;
import java.io.IOException;
import java.io.PrintStream;

/// Three stations report; one of them has a loose contact, and one is broken.
final class WeatherStations {
    private WeatherStations() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("weather", () -> {
            // @start region=body
            RetryPolicy retry = RetryPolicy.of(3, ofSeconds(1), ofSeconds(30))
                    .withPause((_, _) -> ofSeconds(1));
            RestartPolicy policy = RestartPolicy.of(retry, ofMinutes(5))
                    .withObserver((station, failure, pause) -> out.say(station + ": " + failure.getMessage()
                            + (pause == null ? ", given up" : ", again in " + pause.toSeconds() + " s")));
            try {
                Supervisor.run("stations", policy, stations -> {
                    stations.startSoon("summit", () -> out.say("summit: snow"));
                    stations.startSoon("harbour", new LooseContact("harbour: rain", out)::report);
                    stations.startSoon("valley", () -> {
                        Checkpoints.sleep(ofMillis(300));
                        throw new IOException("no answer");
                    });
                });
            } catch (SupervisionFailedException failed) {
                out.say("office: sends somebody to " + failed.failures().size() + " station");
            }
            // @end
        });
    }

    /// Fails the first time.
    private static final class LooseContact {
        private final String report;
        private final Transcript out;
        private boolean failed;

        LooseContact(String report, Transcript out) {
            this.report = report;
            this.out = out;
        }

        void report() throws IOException {
            Checkpoints.sleep(ofMillis(100));
            if (!failed) {
                failed = true;
                throw new IOException("loose contact");
            }
            out.say(report);
        }
    }
}
