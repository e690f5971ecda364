package dev.structured.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// One benchmark, one peer, and one value of each parameter.
///
/// @param benchmark the benchmark's method
/// @param parameters values by name, in order; one is `carriers`, the number of threads that carry the
///     virtual threads, the others are the benchmark's own
record Case(String benchmark, String peer, Map<String, String> parameters) {
    static final String CARRIERS = "carriers";

    Case { parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters)); }

    Case of(String other) {
        return new Case(benchmark, other, parameters);
    }

    int number(String parameter) {
        return Integer.parseInt(Objects.requireNonNull(parameters.get(parameter), parameter));
    }

    int carriers() {
        return number(CARRIERS);
    }

    /// Returns the arguments of [Benchmarks] that select this case.
    @Override
    public String toString() {
        return parameters.entrySet().stream().map(parameter -> " " + parameter)
                .collect(Collectors.joining("", benchmark, ""));
    }
}
