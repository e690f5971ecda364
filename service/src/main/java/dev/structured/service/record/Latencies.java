package dev.structured.service.record;

import java.util.Arrays;

/// Counts of latencies, in classes; each class is a fifth longer than the one before. For one thread.
final class Latencies {
    private static final int CLASSES = 128;

    private final int[] counts = new int[CLASSES];
    private int total;

    /// Adds one.
    void add(int micros) {
        counts[classOf(Math.max(1, micros))]++;
        total++;
    }

    void addAll(Latencies other) {
        for (int i = 0; i < CLASSES; i++) counts[i] += other.counts[i];
        total += other.total;
    }

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    private static int classOf(int micros) {
        int octave = 31 - Integer.numberOfLeadingZeros(micros);
        int quarter = octave < 2 ? micros << (2 - octave) : micros >> (octave - 2);
        return octave * 4 + (quarter & 3);
    }

    /// Returns the latency in milliseconds that a share of all does not exceed; 0 if there is none. It is off
    /// by a tenth at most.
    double percentile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) return millis(i);
        }
        return 0;
    }

    /// Returns the middle of a class.
    private static double millis(int index) {
        double lower = Math.scalb(1 + (index & 3) / 4.0, index >> 2);
        double width = Math.scalb(0.25, index >> 2);
        return (lower + width / 2) / 1_000;
    }
}
