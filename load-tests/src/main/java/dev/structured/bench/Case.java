package dev.structured.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// What is measured of one peer.
///
/// @param question the benchmark's method
/// @param parameters by name, in the order in which they are told; one is `carriers`, how many threads carry the
///     virtual ones, the others are the benchmark's
record Case(String question, String peer, Map<String, String> parameters) {
    static final String CARRIERS = "carriers";

    Case { parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters)); }

    Case of(String other) {
        return new Case(question, other, parameters);
    }

    int number(String parameter) {
        return Integer.parseInt(Objects.requireNonNull(parameters.get(parameter), parameter));
    }

    int carriers() {
        return number(CARRIERS);
    }

    /// In the words that narrow the benchmarks to it.
    @Override
    public String toString() {
        return parameters.entrySet().stream().map(parameter -> " " + parameter)
                .collect(Collectors.joining("", question, ""));
    }
}
