package dev.structured.service.record;

import java.util.Arrays;

/// The results of the requests of a route in the last seconds, second by second. Guarded by the lock of its
/// [Tallies].
final class RouteTally {
    /// The seconds of a sum.
    static final int SECONDS = 10;

    /// One more than a sum has: the present second is not over.
    private final SecondSlot[] slots = new SecondSlot[SECONDS + 1];

    RouteTally() {
        Arrays.setAll(slots, _ -> new SecondSlot());
    }

    /// Adds a request that has ended.
    ///
    /// @param shed the attempts that were refused
    void add(Recorder.End end, int shed, long second) {
        SecondSlot slot = slots[(int) (second % slots.length)];
        slot.use(second);
        slot.add(end);
        slot.shed += shed;
    }

    /// Returns the sum of the last seconds that are over.
    RouteSum sum(String route, long second) {
        int requests = 0;
        int partial = 0;
        int failed = 0;
        int shed = 0;
        Latencies latencies = new Latencies();
        for (SecondSlot each : slots) {
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
