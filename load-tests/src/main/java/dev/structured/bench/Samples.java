package dev.structured.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// All samples of a session: a list for each case, with one entry per round.
final class Samples {
    private final Map<Case, List<Sample>> byCase = new LinkedHashMap<>();

    void add(Case what, Sample sample) {
        byCase.computeIfAbsent(what, _ -> new ArrayList<>()).add(sample);
    }

    /// Returns the cases of a benchmark, without peers, in the order of their measurement.
    Set<Case> cases(String benchmark) {
        return byCase.keySet().stream().filter(what -> what.benchmark().equals(benchmark))
                .map(what -> what.of(""))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// Returns the peers of a benchmark, in the order of their measurement.
    Set<String> peers(String benchmark) {
        return byCase.keySet().stream().filter(what -> what.benchmark().equals(benchmark)).map(Case::peer)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// Returns the median over the rounds; NaN if there is no sample.
    double median(Case what, ToDoubleFunction<Sample> measure) {
        return median(of(what).stream().mapToDouble(measure).toArray());
    }

    /// Returns the median, over the rounds, of the ratio of two cases in the same round: other load
    /// on the machine slows both in the same way.
    double ratio(Case what, Case to, ToDoubleFunction<Sample> measure) {
        List<Sample> above = of(what);
        List<Sample> below = of(to);
        double[] ratios = new double[Math.min(above.size(), below.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = measure.applyAsDouble(above.get(i)) / measure.applyAsDouble(below.get(i));
        }
        return median(ratios);
    }

    private List<Sample> of(Case what) {
        return byCase.getOrDefault(what, List.of());
    }

    static double median(double... values) {
        if (values.length == 0) return Double.NaN;
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
