package dev.structured.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One question, for some peers and all combinations of some parameters.
///
/// @param word what it is called
/// @param methods of its benchmark: asked one after the other for the same parameters
/// @param peers the first is ours
/// @param parameters the values of each, by name
record Question(String word, List<String> methods, List<String> peers, Map<String, List<String>> parameters,
        Fork fork) {

    /// How a JVM of its own answers it.
    interface Fork {
        Sample run(Forks forks, Case what) throws Exception;
    }

    private static final List<String> CARRIERS = List.of("1", "2");

    static final List<Question> ALL = List.of(
            scopes("plain"),
            scopes("withDeadline"),
            new Question("cancel",
                    List.of("fill", "cancel", "fill" + Forks.FOREIGN, "cancel" + Forks.FOREIGN),
                    Peer.NAMES, of("children", List.of("10000"), CARRIERS), Forks::cancel),
            new Question("limited", List.of("limited"), Peer.NAMES,
                    of("children", List.of("1"), List.of("2")),
                    Forks::stubborn),
            new Question("million", List.of("million"), Peer.NAMES,
                    of("children", List.of("1000000"), List.of("2")), Forks::million),
            new Question("channel", List.of("channel"), Line.PEERS, channels(), Forks::channels),
            new Question("select", List.of("select"), Merger.PEERS, selects(), Forks::selects),
            locks("lock", Turnstile.LOCKS),
            locks("semaphore", Turnstile.SEMAPHORES),
            locks("limiter", Turnstile.LIMITERS));

    private static Question scopes(String method) {
        return new Question(method, List.of(method), Peer.NAMES,
                of("children", List.of("1", "10", "100"), CARRIERS), Forks::scopes);
    }

    private static Question locks(String word, List<String> peers) {
        return new Question(word, List.of(word), peers,
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
