package dev.structured.core.examples;

import dev.structured.core.Scheduler;
import dev.structured.core.testing.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The examples that print what they do, and what they print on a virtual clock.
final class Examples {
    private Examples() {}

    @FunctionalInterface
    interface Example {
        void run(Scheduler scheduler, PrintStream out) throws IOException;
    }

    static final Map<String, Example> BY_NAME = Map.of( //
            "TwoChildren", TwoChildren::run, //
            "CutShort", CutShort::run, //
            "Sleepers", Sleepers::run, //
            "TimeBomb", TimeBomb::run, //
            "ThreeFailures", ThreeFailures::run, //
            "NoOrphan", NoOrphan::run, //
            "ShieldedCleanup", ShieldedCleanup::run, //
            "HappyEyeballs", HappyEyeballs::run, //
            "Crawl", Crawl::run, //
            "LongLoop", LongLoop::run);

    // @start region=run
    /// Runs the example on a clock that jumps whenever all tasks wait, and returns what it has printed.
    static String outputOf(Example example) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            example.run(scheduler, out);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
    // @end

    /// Returns the lines without the one thing that is open: in which order several tasks speak at the same time.
    /// Each line begins `TIME s  SPEAKER:`, and those of one speaker keep their order.
    static List<String> settled(String output) {
        return output.lines().sorted(Comparator.comparing(Examples::timeAndSpeaker)).toList();
    }

    private static String timeAndSpeaker(String line) {
        int end = line.indexOf(':');
        return end < 0 ? line : line.substring(0, end);
    }
}
