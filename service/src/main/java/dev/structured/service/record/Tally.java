package dev.structured.service.record;

import java.util.Arrays;

/// The results of a part of a route in the last two minutes, in slots of ten seconds. Guarded by the lock of
/// its [Tallies].
final class Tally {
    private static final int SLOTS = 12;
    private static final long SLOT_SECONDS = 10;
    private static final int COUNTS = Count.values().length;

    private final long[] slotOf = new long[SLOTS];
    private final int[][] counts = new int[SLOTS][COUNTS];
    private final Latencies[] latencies = new Latencies[SLOTS];
    private final Latencies[] answered = new Latencies[SLOTS];
    private int now;

    Tally() {
        Arrays.fill(slotOf, -1);
        Arrays.setAll(latencies, _ -> new Latencies());
        Arrays.setAll(answered, _ -> new Latencies());
    }

    /// Chooses the slot of the present.
    Tally at(long second) {
        long slot = second / SLOT_SECONDS;
        now = (int) (slot % SLOTS);
        if (slotOf[now] != slot) {
            slotOf[now] = slot;
            Arrays.fill(counts[now], 0);
            latencies[now].clear();
            answered[now].clear();
        }
        return this;
    }

    void count(Count what) {
        counts[now][what.place]++;
    }

    /// Adds the latency of an attempt.
    ///
    /// @param answer whether it got an answer
    void latency(int micros, boolean answer) {
        latencies[now].add(micros);
        if (answer) answered[now].add(micros);
    }

    /// Adds the slots of the last two minutes.
    ///
    /// @param all receives the latencies of all attempts
    /// @param good receives the latencies of those that got an answer
    void addTo(long[] sums, Latencies all, Latencies good, long second) {
        long oldest = second / SLOT_SECONDS - SLOTS + 1;
        for (int i = 0; i < SLOTS; i++) {
            if (slotOf[i] < oldest) continue;
            for (int j = 0; j < COUNTS; j++) sums[j] += counts[i][j];
            all.addAll(latencies[i]);
            good.addAll(answered[i]);
        }
    }
}
