package dev.structured.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Runs the benchmarks in rounds. A round runs every case once, the peers of a case one right after the
/// other.
///
/// Arguments, in any order: the number of rounds (3); names of comparisons; names of peers; values of a
/// parameter, as `carriers=1`; flags for the JVMs, as `-X…`. The default is everything.
public final class Benchmarks {
    private static final Set<String> NAMES = Comparison.ALL.stream().map(Comparison::name)
            .collect(Collectors.toCollection(TreeSet::new));
    private static final Set<String> PEERS = Comparison.ALL.stream()
            .flatMap(comparison -> comparison.peers().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    private static final Set<String> PARAMETERS = Comparison.ALL.stream()
            .flatMap(comparison -> comparison.parameters().keySet().stream())
            .collect(Collectors.toCollection(TreeSet::new));

    private final Samples samples = new Samples();
    private int rounds = 3;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> peers = new TreeSet<>();
    private final Map<String, Set<String>> values = new TreeMap<>();
    private final List<String> jvm = new ArrayList<>();

    private Benchmarks() {}

    /// Runs the benchmarks, prints the summary, and writes it to `target/benchmarks.md`.
    public static void main(String... arguments) throws Exception {
        Benchmarks benchmarks = new Benchmarks();
        for (String argument : arguments) benchmarks.read(argument);
        for (int round = 1; round <= benchmarks.rounds; round++) benchmarks.round(round);
        benchmarks.report();
    }

    private void read(String argument) {
        int sign = argument.indexOf('=');
        if (argument.matches("\\d+")) rounds = Integer.parseInt(argument);
        else if (argument.startsWith("-")) jvm.add(argument);
        else if (sign > 0 && PARAMETERS.contains(argument.substring(0, sign)))
            values.computeIfAbsent(argument.substring(0, sign), _ -> new TreeSet<>())
                    .add(argument.substring(sign + 1));
        else if (NAMES.contains(argument)) names.add(argument);
        else if (PEERS.contains(argument)) peers.add(argument);
        else
            throw new IllegalArgumentException("'" + argument + "' is not a number of rounds, a comparison "
                    + NAMES + ", a peer " + PEERS + ", a parameter's value as carriers=1, of " + PARAMETERS
                    + ", or a flag of the JVM");
    }

    private void round(int round) throws Exception {
        System.out.println("Round " + round + " of " + rounds);
        Forks forks = new Forks(jvm);
        for (Comparison comparison : Comparison.ALL) {
            if (!names.isEmpty() && !names.contains(comparison.name())) continue;
            for (Map<String, String> parameters : comparison.combinations()) {
                if (!isWanted(parameters)) continue;
                for (String method : comparison.methods()) {
                    for (String peer : comparison.peers()) {
                        if (!peers.isEmpty() && !peers.contains(peer)) continue;
                        Case what = new Case(method, peer, parameters);
                        note(what, comparison.fork().run(forks, what));
                    }
                }
            }
        }
    }

    private boolean isWanted(Map<String, String> parameters) {
        return parameters.entrySet().stream().allMatch(parameter -> {
            Set<String> wanted = values.get(parameter.getKey());
            return wanted == null || wanted.contains(parameter.getValue());
        });
    }

    private void note(Case what, Sample sample) {
        samples.add(what, sample);
        System.out.printf(Locale.ROOT, "  %-48s %-15s wall %,14.1f  CPU %,14.1f ns  %,12.1f B  load %.1f%n",
                what,
                what.peer(), sample.wall(), sample.cpu(), sample.bytes(), sample.load());
    }

    private void report() throws IOException {
        String summary = Summary.of(samples);
        System.out.print(summary);
        Path file = Path.of("target", "benchmarks.md");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, summary);
    }
}
