package dev.structured.scenario;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs scenarios with one downstream. Each has a service of its own, unless it starts others. All variants
/// of a scenario run one after the other, on the same machine and in the same warm JVM.
///
/// Arguments, in any order: names of scenarios (default: all); `rate=` requests a second and `seconds=` for
/// each variant, in place of the scenarios' own; `usual=` milliseconds of an ordinary call of `tail` (10).
/// Ends with exit code 1 when a goal is missed by more than noise explains.
public final class Scenarios {
    private static final int MOST_RATE = 5_000;
    private static final int MOST_SECONDS = 3_600;
    private static final int MOST_USUAL = 50;
    private static final int USUAL = 10;
    private static final Map<String, Scenario> ALL = all();

    private Scenarios() {}

    private static Map<String, Scenario> all() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        all.put("tail", new Tail());
        all.put("storm", new Storm());
        all.put("adaptive", new Overload());
        all.put("replicas", new Replicas());
        all.put("slow", new SlowHttp());
        all.put("idle", new Idle());
        all.put("admission", new Admission());
        all.put("faults", new Faults());
        all.put("rolling", new Rolling());
        all.put("where", new Where());
        all.put("viewer", new Viewer());
        return all;
    }

    /// Runs them and prints their tables.
    public static void main(String... arguments) throws Exception {
        List<String> wanted = new ArrayList<>();
        int rate = 0;
        int seconds = 0;
        int usual = USUAL;
        for (String argument : arguments) {
            if (argument.startsWith("rate=")) rate = bounded(argument, MOST_RATE);
            else if (argument.startsWith("seconds=")) seconds = bounded(argument, MOST_SECONDS);
            else if (argument.startsWith("usual=")) usual = bounded(argument, MOST_USUAL);
            else if (ALL.containsKey(argument)) wanted.add(argument);
            else
                throw new IllegalArgumentException(
                        "'" + argument + "' is none of the scenarios " + ALL.keySet()
                                + ", nor rate=N, seconds=N, usual=N");
        }
        if (!run(wanted, rate, seconds, usual)) System.exit(1);
    }

    private static int bounded(String argument, int most) {
        int value = Integer.parseInt(argument.substring(argument.indexOf('=') + 1));
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(argument + " must be from 1 to " + most);
        }
        return value;
    }

    /// Runs scenarios, and returns true if all goals were reached, with an allowance for noise.
    ///
    /// @param wanted their names; none means all
    /// @param rate 0 for the scenario's own
    /// @param seconds 0 for the scenario's own
    private static boolean run(List<String> wanted, int rate, int seconds, int usual) throws Exception {
        return Scheduler.shared().call("scenarios", () -> Nursery.call("scenarios", nursery -> {
            boolean good = true;
            Downstream downstream = Downstream.start(nursery);
            for (Map.Entry<String, Scenario> each : ALL.entrySet()) {
                if (!wanted.isEmpty() && !wanted.contains(each.getKey())) continue;
                Scenario scenario = each.getValue();
                try (LazyService service = new LazyService(downstream.url(), Path.of("target", "scenarios"),
                        scenario.routes(), each.getKey())) {
                    Stage stage = new Stage(service, downstream, rate == 0 ? scenario.rate() : rate,
                            seconds == 0 ? scenario.seconds() : seconds, usual);
                    Report report = scenario.run(stage);
                    System.out.println(report.text());
                    good &= report.isGood();
                }
            }
            nursery.scope().cancel("done");
            return good;
        }));
    }
}
