package dev.structured.core.examples;

import dev.structured.core.Scheduler;
import java.io.PrintStream;
import java.util.Locale;

/// What an example says, each line after the time since its beginning. Any thread may say something.
final class Transcript {
    private final Scheduler scheduler;
    private final PrintStream out;
    private final long start;

    Transcript(Scheduler scheduler, PrintStream out) {
        this.scheduler = scheduler;
        this.out = out;
        this.start = scheduler.nanoTime();
    }

    void say(String line) {
        double seconds = (scheduler.nanoTime() - start) / 1e9;
        out.println(String.format(Locale.ROOT, "%.2f s  %s", seconds, line));
    }
}
