package dev.structured.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Runs the benchmarks: in rounds, in each round every case once, the peers of a case one right after the other.
///
/// Arguments, in any order: how many rounds (3); which questions (`plain`, `withDeadline`, `cancel`, `limited`,
/// `million`); which peers, which numbers of children as `children=10`, which carriers as `carriers=1`; flags for the
/// JVMs, as `-X…`. What is not named is not narrowed.
public final class Benchmarks {
    private static final List<String> QUESTIONS = List.of("plain", "withDeadline", "cancel", "limited",
            "million");

    private final Samples samples = new Samples();
    private int rounds = 3;
    private final Set<String> questions = new TreeSet<>();
    private final Set<String> peers = new TreeSet<>();
    private final Set<Integer> children = new TreeSet<>();
    private final Set<Integer> carriers = new TreeSet<>();
    private final List<String> jvm = new ArrayList<>();

    private Benchmarks() {}

    /// Runs them, prints the summary, and keeps it in `target/benchmarks.md`.
    public static void main(String... arguments) throws Exception {
        Benchmarks benchmarks = new Benchmarks();
        for (String argument : arguments) benchmarks.read(argument);
        benchmarks.complete();
        for (int round = 1; round <= benchmarks.rounds; round++) benchmarks.round(round);
        benchmarks.report();
    }

    private void read(String argument) {
        if (argument.matches("\\d+")) rounds = Integer.parseInt(argument);
        else if (argument.startsWith("-")) jvm.add(argument);
        else if (argument.startsWith("children=")) children.add(number(argument));
        else if (argument.startsWith("carriers=")) carriers.add(number(argument));
        else if (QUESTIONS.contains(argument)) questions.add(argument);
        else if (Peer.NAMES.contains(argument)) peers.add(argument);
        else
            throw new IllegalArgumentException("'" + argument + "' is none of a number of rounds, a question "
                    + QUESTIONS + ", a peer " + Peer.NAMES
                    + ", children=N, carriers=N, or a flag of the JVM");
    }

    private static int number(String argument) {
        return Integer.parseInt(argument.substring(argument.indexOf('=') + 1));
    }

    private void complete() {
        if (questions.isEmpty()) questions.addAll(QUESTIONS);
        if (peers.isEmpty()) peers.addAll(Peer.NAMES);
        if (children.isEmpty()) children.addAll(List.of(1, 10, 100));
        if (carriers.isEmpty()) carriers.addAll(List.of(1, 2));
    }

    private void round(int round) throws Exception {
        System.out.println("Round " + round + " of " + rounds);
        Forks forks = new Forks(jvm);
        for (String question : List.of("plain", "withDeadline")) {
            if (!questions.contains(question)) continue;
            for (int number : children) {
                for (int carrier : carriers) each(question, number, carrier, forks::scopes);
            }
        }
        for (int carrier : carriers) {
            if (!questions.contains("cancel")) break;
            for (String sleep : List.of("", Forks.FOREIGN)) {
                each("fill" + sleep, 10_000, carrier, forks::cancel);
                each("cancel" + sleep, 10_000, carrier, forks::cancel);
            }
        }
        if (questions.contains("limited")) each("limited", 1, 2, forks::stubborn);
        if (questions.contains("million")) each("million", 1_000_000, 2, forks::million);
    }

    private interface Fork {
        Sample run(Case what) throws Exception;
    }

    private void each(String question, int children, int carriers, Fork fork) throws Exception {
        for (String peer : Peer.NAMES) {
            if (!peers.contains(peer)) continue;
            Case what = new Case(question, peer, children, carriers);
            Sample sample = fork.run(what);
            samples.add(what, sample);
            System.out.printf(Locale.ROOT,
                    "  %-40s %-12s wall %,14.1f  CPU %,14.1f ns  %,12.1f B  load %.1f%n",
                    what, peer, sample.wall(), sample.cpu(), sample.bytes(), sample.load());
        }
    }

    private void report() throws IOException {
        String summary = Summary.of(samples);
        System.out.print(summary);
        Path file = Path.of("target", "benchmarks.md");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, summary);
    }
}
