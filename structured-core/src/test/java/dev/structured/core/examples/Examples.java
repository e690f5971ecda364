package dev.structured.core.examples;

import dev.structured.core.Scheduler;
import dev.structured.testing.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The examples that print what they do, and what they print on a virtual clock.
final class Examples {
    private Examples() {}

    @FunctionalInterface
    interface Example {
        void run(Scheduler scheduler, PrintStream out) throws IOException;
    }

    /// An example whose scheduler has settings of its own.
    @FunctionalInterface
    interface Configured {
        void run(Scheduler.Builder settings, PrintStream out) throws IOException;
    }

    private static final Map<String, Example> BY_NAME = Map.ofEntries( //
            Map.entry("TwoChildren", TwoChildren::run), //
            Map.entry("CutShort", CutShort::run), //
            Map.entry("Sleepers", Sleepers::run), //
            Map.entry("TimeBomb", TimeBomb::run), //
            Map.entry("ThreeFailures", ThreeFailures::run), //
            Map.entry("NoOrphan", NoOrphan::run), //
            Map.entry("ShieldedCleanup", ShieldedCleanup::run), //
            Map.entry("HappyEyeballs", HappyEyeballs::run), //
            Map.entry("PriceComparison", PriceComparison::run), //
            Map.entry("UnsteadyServer", UnsteadyServer::run), //
            Map.entry("Crawl", Crawl::run), //
            Map.entry("LongLoop", LongLoop::run), //
            Map.entry("ReadyServer", ReadyServer::run), //
            Map.entry("Heartbeat", Heartbeat::run), //
            Map.entry("PriceFeed", PriceFeed::run), //
            Map.entry("StopSoftly", StopSoftly::run), //
            Map.entry("WarmCache", WarmCache::run), //
            Map.entry("Newsroom", Newsroom::run), //
            Map.entry("WeatherStations", WeatherStations::run), //
            Map.entry("Ledger", Ledger::run), //
            Map.entry("Bakery", Bakery::run), //
            Map.entry("Seats", Seats::run), //
            Map.entry("Relay", Relay::run), //
            Map.entry("Greenhouse", Greenhouse::run), //
            Map.entry("AssemblyLine", AssemblyLine::run), //
            Map.entry("FirstMatch", FirstMatch::run), //
            Map.entry("FrontDesk", FrontDesk::run), //
            Map.entry("Ticker", Ticker::run), //
            Map.entry("WorkerThreads", WorkerThreads::run), //
            Map.entry("CallIn", CallIn::run), //
            Map.entry("FilesInOrder", FilesInOrder::run), //
            Map.entry("OtherPrograms", OtherPrograms::run), //
            Map.entry("ToldToEnd", ToldToEnd::run));

    private static final Map<String, Configured> CONFIGURED = Map.of( //
            "TwoContexts", TwoContexts::run, //
            "Carried", Carried::run, //
            "WhoDoesWhat", WhoDoesWhat::run, //
            "Swallowed", Swallowed::run, //
            "Deadlock", Deadlock::run, //
            "LostUpdate", (_, out) -> LostUpdate.run(out));

    /// Returns what each example prints, by its name.
    static Map<String, String> outputs() throws IOException {
        Map<String, String> outputs = new TreeMap<>();
        for (var example : BY_NAME.entrySet()) outputs.put(example.getKey(), outputOf(example.getValue()));
        for (var example : CONFIGURED.entrySet())
            outputs.put(example.getKey(), outputOfConfigured(example.getValue()));
        return outputs;
    }

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

    static String outputOfConfigured(Configured example) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        example.run(Scheduler.builder().platform(new VirtualClock()), out);
        return withoutStuck(bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }

    /// That is about real time: a busy machine may hold up any task for that long.
    private static String withoutStuck(String output) {
        return output.replaceAll("(?m)^.*: stuck for \\d+ ms\\n(    at .*\\n)*", "");
    }

    /// Returns the lines without the one thing that is open: in which order several tasks speak at the same
    /// time. Each line begins `TIME s  SPEAKER:`, and those of one speaker keep their order.
    static List<String> settled(String output) {
        return output.lines().sorted(Comparator.comparing(Examples::timeAndSpeaker)).toList();
    }

    private static String timeAndSpeaker(String line) {
        int end = line.indexOf(':');
        return end < 0 ? line : line.substring(0, end);
    }
}
