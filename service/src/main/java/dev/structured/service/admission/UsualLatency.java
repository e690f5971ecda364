package dev.structured.service.admission;

import java.util.concurrent.TimeUnit;

/// The usual latency of one kind of calls: the lowest average of the last minute or so, over windows of ten
/// calls and a tenth of a second. Not thread-safe.
///
/// It falls at once and rises slowly, so that a queue that builds up does not become usual before it is
/// noticed. A single outlier counts as at most eight times the usual.
final class UsualLatency {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ENOUGH = 10;
    /// The weight of a window in the average of windows.
    private static final double WEIGHT = 0.25;
    /// The largest rise of the usual latency in a second.
    private static final double RISE = 0.03;
    private static final double OUTLIER = 8;
    /// The lag is small up to one part in so many.
    private static final int MOST_LAG = 4;

    private long began;
    private int calls;
    private double sum;
    /// The average of the last windows, and the usual latency, in nanoseconds; 0 before the first call.
    private double average;
    private double usual;

    /// Returns true if a call tells what is usual: the lag of the service is small beside the usual latency,
    /// or beside that of the call while none is known. So quick and slow calls of a moment are judged alike.
    ///
    /// @param nanos its latency with the lag
    /// @param lag the part of it that was lag of the service itself
    /// @param least see [#ratio]
    boolean isFit(long nanos, long lag, double least) {
        return lag <= (usual == 0 ? nanos : nanos(least)) / MOST_LAG;
    }

    /// Returns true if a call has told what is usual.
    boolean isKnown() {
        return usual != 0;
    }

    /// Learns from a latency.
    ///
    /// @param held true if the usual latency must not rise now, since the downstream is taken for overloaded
    void learn(long now, long nanos, boolean held) {
        double latency = Math.max(1, nanos);
        if (usual == 0) {
            usual = latency;
            average = latency;
        }
        if (calls == 0) began = now;
        calls++;
        sum += Math.min(latency, OUTLIER * usual);
        if (calls >= ENOUGH && now - began >= WINDOW_NANOS) endWindow(now, held);
    }

    /// Returns a latency as a multiple of the usual one; 1 before the first call.
    ///
    /// @param least shorter latencies are compared as if they were so long, in nanoseconds
    double ratio(long nanos, double least) {
        return usual == 0 ? 1 : Math.max(1, nanos) / nanos(least);
    }

    private void endWindow(long now, boolean held) {
        average += (sum / calls - average) * WEIGHT;
        double seconds = Math.min(1, (now - began) / 1e9);
        double highest = held ? usual : usual * (1 + RISE * seconds);
        usual = Math.min(average, highest);
        calls = 0;
        sum = 0;
    }

    /// Takes the average of the last windows for the usual latency, since it is not a queue that makes it
    /// longer.
    void relearn() {
        usual = average;
    }

    /// Returns the usual latency in nanoseconds, or the least one that counts.
    double nanos(double least) {
        return Math.max(usual, least);
    }
}
