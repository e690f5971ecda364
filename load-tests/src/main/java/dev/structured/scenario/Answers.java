package dev.structured.scenario;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The outcomes of one run's requests. The task of a request writes its slot.
final class Answers {
    /// The status of a request that got no answer.
    static final int NONE = 0;

    private final int[] statuses;
    private final long[] nanos;

    Answers(int count) {
        statuses = new int[count];
        nanos = new long[count];
    }

    /// @param took nanoseconds since the request was due by the plan, even if it was sent late
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

    /// Returns a percentile, in milliseconds, of the requests with a status; NaN if there is none.
    double millis(int status, double percentile) {
        long[] sorted = IntStream.range(0, nanos.length).filter(i -> statuses[i] == status)
                .mapToLong(i -> nanos[i]).sorted().toArray();
        if (sorted.length == 0) return Double.NaN;
        int index = (int) Math.ceil(percentile / 100 * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
