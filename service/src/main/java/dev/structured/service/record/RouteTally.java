package dev.structured.service.record;

import java.util.Arrays;

/// The results of the requests of a route in the last seconds, second by second. Guarded by the lock of its
/// [Tallies].
final class RouteTally {
    /// The seconds of a sum.
    static final int SECONDS = 10;

    private static final class Slot {
        private long second = -1;
        private int requests;
        private int partial;
        private int failed;
        private int shed;
        private final Latencies latencies = new Latencies();

        void clear(long now) {
            second = now;
            requests = partial = failed = shed = 0;
            latencies.clear();
        }
    }

    /// One more than a sum has: the present second is not over.
    private final Slot[] slots = new Slot[SECONDS + 1];

    RouteTally() {
        Arrays.setAll(slots, _ -> new Slot());
    }

    /// Adds a request that has ended.
    ///
    /// @param shed the attempts that were refused
    void add(Recorder.End end, int shed, long second) {
        Slot slot = slots[(int) (second % slots.length)];
        if (slot.second != second) slot.clear(second);
        slot.requests++;
        slot.latencies.add(end.micros());
        if (end.outcome().equals("partial")) slot.partial++;
        if (end.status() >= 500) slot.failed++;
        slot.shed += shed;
    }

    /// Returns the sum of the last seconds that are over.
    RouteSum sum(String route, long second) {
        int requests = 0;
        int partial = 0;
        int failed = 0;
        int shed = 0;
        Latencies latencies = new Latencies();
        for (Slot each : slots) {
            if (each.second >= second || each.second < second - SECONDS) continue;
            requests += each.requests;
            partial += each.partial;
            failed += each.failed;
            shed += each.shed;
            latencies.addAll(each.latencies);
        }
        return new RouteSum(route, requests, partial, failed, shed, latencies.percentile(0.5),
                latencies.percentile(0.99));
    }
}
