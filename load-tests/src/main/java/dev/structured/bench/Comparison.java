package dev.structured.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A comparison of peers, for all combinations of some parameters.
///
/// @param name the argument of [Benchmarks] that selects it
/// @param methods the methods of its benchmark, run one after the other for the same parameters
/// @param peers the names of the peers, ours first
/// @param parameters the values of each, by name
record Comparison(String name, List<String> methods, List<String> peers, Map<String, List<String>> parameters,
        Fork fork) {

    /// Runs one case in a JVM of its own.
    interface Fork {
        Sample run(Forks forks, Case what) throws Exception;
    }

    private static final List<String> CARRIERS = List.of("1", "2");

    static final List<Comparison> ALL = List.of(
            scopes("plain"),
            scopes("withDeadline"),
            new Comparison("cancel",
                    List.of("fill", "cancel", "fill" + Forks.FOREIGN, "cancel" + Forks.FOREIGN),
                    ScopePeer.NAMES, of("children", List.of("10000"), CARRIERS), Forks::cancel),
            new Comparison("limited", List.of("limited"), ScopePeer.NAMES,
                    of("children", List.of("1"), List.of("2")),
                    Forks::stubborn),
            new Comparison("million", List.of("million"), ScopePeer.NAMES,
                    of("children", List.of("1000000"), List.of("2")), Forks::million),
            new Comparison("channel", List.of("channel"), ChannelPeer.PEERS, channels(), Forks::channels),
            new Comparison("select", List.of("select"), SelectPeer.PEERS, selects(), Forks::selects),
            locks("lock", LockPeer.LOCKS),
            locks("semaphore", LockPeer.SEMAPHORES),
            locks("limiter", LockPeer.LIMITERS));

    private static Comparison scopes(String method) {
        return new Comparison(method, List.of(method), ScopePeer.NAMES,
                of("children", List.of("1", "10", "100"), CARRIERS), Forks::scopes);
    }

    private static Comparison locks(String name, List<String> peers) {
        return new Comparison(name, List.of(name), peers,
                of("held", List.of("alone", "briefly", "yielding"), CARRIERS),
                Forks::locks);
    }

    private static Map<String, List<String>> channels() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put("capacity", List.of("0", "16", "1024"));
        parameters.put("tasks", List.of("1:1", "8:8", "64:64", "1000x1:1"));
        parameters.put(Case.CARRIERS, CARRIERS);
        return parameters;
    }

    private static Map<String, List<String>> selects() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put("clauses", List.of("2", "8"));
        parameters.put("from", List.of("one", "each"));
        parameters.put(Case.CARRIERS, CARRIERS);
        return parameters;
    }

    private static Map<String, List<String>> of(String name, List<String> values, List<String> carriers) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put(name, values);
        parameters.put(Case.CARRIERS, carriers);
        return parameters;
    }

    /// Returns all combinations of values, those of the last parameter next to each other.
    List<Map<String, String>> combinations() {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> combination : combinations) {
                for (String value : parameter.getValue()) {
                    Map<String, String> one = new LinkedHashMap<>(combination);
                    one.put(parameter.getKey(), value);
                    longer.add(one);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
