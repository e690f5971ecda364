package dev.structured.scenario;

import dev.structured.scenario.Stage.Played;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A thousand connections of `slowhttptest` that send or read slowly, in each of its four modes: how much
/// does that affect other clients?
///
/// `slowhttptest` must be installed (Debian's package of that name); without it nothing is measured.
final class SlowHttp implements Scenario {
    private static final String TOOL = "slowhttptest";
    private static final double GOAL = 1.5;
    /// A busy machine adds latency of its own, and so does the tool, which shares it.
    private static final double BEARABLE = 4;
    private static final int CONNECTIONS = 1_000;
    /// The options of each mode: the interval and the size of each further piece that is sent or read.
    private static final Map<String, List<String>> MODES = modes();

    private static Map<String, List<String>> modes() {
        Map<String, List<String>> modes = new LinkedHashMap<>();
        modes.put("slow headers", List.of("-H", "-i", "1"));
        modes.put("slow bodies", List.of("-B", "-i", "1", "-s", "8192"));
        modes.put("slow readers", List.of("-X", "-n", "1", "-w", "1", "-y", "16", "-z", "4", "-k", "3"));
        modes.put("ranges", List.of("-R", "-a", "1", "-b", "2000"));
        return modes;
    }

    @Override
    public int rate() {
        return 100;
    }

    @Override
    public int seconds() {
        return 20;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        String path = "/replicas-good/" + stage.usual();
        stage.warmUp(path);
        if (isInstalled()) {
            // What the modes ask of the service for the first time is compiled meanwhile.
            for (List<String> mode : MODES.values()) beside(stage, path, mode);
        }
        Played alone = stage.measured(path);
        Report report = new Report("Slow clients: " + alone.answers().count() + " pages at " + stage.rate()
                + "/s beside " + CONNECTIONS + " connections of " + TOOL + ". Milliseconds of good answers.",
                "", "p50", "p99", "max", "not 200");
        row(report, "alone", alone);
        if (!isInstalled()) {
            report.goal(TOOL + " is not installed, so that nothing was measured", false, true);
            return report;
        }
        Map<String, Played> all = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> mode : MODES.entrySet()) {
            Played beside = beside(stage, path, mode.getValue());
            row(report, mode.getKey(), beside);
            all.put(mode.getKey(), beside);
        }
        all.forEach((mode, beside) -> goal(report, mode, p99(beside) / p99(alone)));
        return report;
    }

    private static void goal(Report report, String mode, double ratio) {
        report.goal(Report.format("%s: p99 is %.2f times as long; goal 1.5", mode, ratio), ratio <= GOAL,
                ratio <= BEARABLE);
    }

    /// Measures other clients while slow ones are there.
    private static Played beside(Stage stage, String path, List<String> mode) throws Exception {
        List<String> command = new ArrayList<>(List.of(TOOL, "-c", "" + CONNECTIONS, "-r", "500", "-l",
                "" + (stage.seconds() + 10), "-p", "60", "-u", stage.service().url() + path + "/0"));
        command.addAll(mode);
        Process slow = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            // Until its connections are open.
            Thread.sleep(1_000L * CONNECTIONS / 500);
            return stage.measured(path);
        } finally {
            slow.destroyForcibly().waitFor();
        }
    }

    /// Returns true if the tool is on the path of commands.
    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, TOOL).canExecute());
    }

    private static void row(Report report, String name, Played played) {
        Answers answers = played.answers();
        report.row(name, millis(answers, 50), millis(answers, 99), millis(answers, 100),
                String.valueOf(answers.count() - answers.count(200)));
    }

    private static double p99(Played played) {
        return played.answers().millis(200, 99);
    }

    private static String millis(Answers answers, double percentile) {
        return Report.format("%.1f", answers.millis(200, percentile));
    }
}
