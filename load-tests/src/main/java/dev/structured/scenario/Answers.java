package dev.structured.scenario;

import java.util.Arrays;
import java.util.stream.IntStream;

/// What the requests of one run came to. Each slot is written by the task of its request.
final class Answers {
    /// For a request that got no answer at all.
    static final int NONE = 0;

    private final int[] statuses;
    private final long[] nanos;

    Answers(int count) {
        statuses = new int[count];
        nanos = new long[count];
    }

    /// @param took from when the request was due by the plan, sent in time or not
    void put(int number, int status, long took) {
        statuses[number] = status;
        nanos[number] = took;
    }

    int count() {
        return statuses.length;
    }

    int count(int status) {
        return (int) Arrays.stream(statuses).filter(each -> each == status).count();
    }

    /// Returns a percentile of those with a status, in milliseconds; not a number when there are none.
    double millis(int status, double percentile) {
        long[] sorted = IntStream.range(0, nanos.length).filter(i -> statuses[i] == status)
                .mapToLong(i -> nanos[i]).sorted().toArray();
        if (sorted.length == 0) return Double.NaN;
        int index = (int) Math.ceil(percentile / 100 * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
