package dev.structured.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs each case in a JVM of its own, with the same flags for every peer.
///
/// @param jvm additional flags
record Forks(List<String> jvm) {
    /// The suffix of a benchmark whose children sleep in `Thread.sleep`.
    static final String FOREIGN = "Foreign";

    /// Previews are enabled for all, because two peers need them. A small young generation is collected in a
    /// pause by one thread, so that no collector works beside the measured code.
    private List<String> flags(int carriers, String heap) {
        List<String> flags = new ArrayList<>(List.of("--enable-preview",
                "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC", "-Xms" + heap,
                "-Xmx" + heap, "-Djdk.virtualThreadScheduler.parallelism=" + carriers,
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + Math.max(carriers, 256),
                "-Dkotlinx.coroutines.scheduler.core.pool.size=" + carriers,
                "-Dkotlinx.coroutines.scheduler.max.pool.size=" + carriers));
        flags.addAll(jvm);
        return flags;
    }

    Sample scopes(Case what) throws RunnerException {
        return benchmark(ScopeBenchmark.class, what,
                options(what, "512m").warmupIterations(6).warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(5).measurementTime(TimeValue.milliseconds(400)));
    }

    Sample cancel(Case what) throws RunnerException {
        boolean foreign = what.benchmark().endsWith(FOREIGN);
        Case method = new Case(what.benchmark().replace(FOREIGN, ""), what.peer(), what.parameters());
        return benchmark(CancelBenchmark.class, method,
                options(what, "512m").param("foreign", "" + foreign).warmupIterations(20)
                        .measurementIterations(15));
    }

    Sample stubborn(Case what) throws RunnerException {
        return benchmark(StubbornBenchmark.class, what,
                options(what, "512m").warmupIterations(1).measurementIterations(2));
    }

    Sample channels(Case what) throws RunnerException {
        return efforts(ChannelBenchmark.class, what);
    }

    Sample selects(Case what) throws RunnerException {
        return efforts(SelectBenchmark.class, what);
    }

    Sample locks(Case what) throws RunnerException {
        return efforts(LockBenchmark.class, new Case("enter", what.peer(), what.parameters()));
    }

    /// One [Effort] to warm up and one that counts; JMH's own times are as short as they can be.
    private Sample efforts(Class<?> type, Case what) throws RunnerException {
        return benchmark(type, what,
                options(what, "512m").warmupIterations(1).warmupTime(TimeValue.milliseconds(1))
                        .measurementIterations(1).measurementTime(TimeValue.milliseconds(1)));
    }

    private ChainedOptionsBuilder options(Case what, String heap) {
        ChainedOptionsBuilder options = new OptionsBuilder().param("peer", what.peer()).forks(1).threads(1)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true).addProfiler(CpuProfiler.class).addProfiler(GCProfiler.class)
                .jvmArgs(flags(what.carriers(), heap).toArray(new String[0]));
        what.parameters().forEach(options::param); // the benchmark ignores `carriers`
        return options;
    }

    private static Sample benchmark(Class<?> type, Case what, ChainedOptionsBuilder options)
            throws RunnerException {
        String method = type.getName() + "." + what.benchmark() + "$";
        RunResult result = new Runner(options.include(method).build()).runSingle();
        double wall = result.getPrimaryResult().getStatistics().getPercentile(50);
        Sample sample = new Sample(wall, score(result, CpuProfiler.LABEL),
                score(result, "gc.alloc.rate.norm"),
                load());
        double elements = score(result, Effort.LABEL);
        return Double.isNaN(elements) ? sample : sample.each(elements);
    }

    private static double score(RunResult results, String label) {
        Result<?> result = results.getSecondaryResults().get(label);
        return result == null ? Double.NaN : result.getScore();
    }

    /// A program instead of a benchmark, since it measures memory. It prints the sample.
    Sample million(Case what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(what.carriers(), "1700m"));
        command.add("-Xmn150m"); // nearly all of it lives long
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MillionChildren.class.getName(),
                what.peer(), "" + what.number("children")));
        Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) process.destroyForcibly();
        String[] printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip()
                .split(" ", -1);
        if (process.waitFor() != 0 || printed.length != 2)
            return new Sample(Double.NaN, 0, Double.NaN, load());
        return new Sample(Double.parseDouble(printed[1]), 0, Double.parseDouble(printed[0]), load());
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
