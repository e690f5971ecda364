package dev.structured.service.guard;

import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Times in which a machine does not get on, as with a collection of garbage or a busy neighbour.
public final class Stalls {
    /// No such times.
    public static final Stalls NONE = new Stalls();

    /// The end of each, by its beginning, in nanoseconds.
    private final TreeMap<Long, Long> all = new TreeMap<>();

    private Stalls() {}

    /// Returns stalls at random times.
    ///
    /// @param apart the time between two of them, on average
    /// @param longest each takes up to so long
    /// @param until the time after which there are none
    public static Stalls random(long seed, Duration apart, Duration longest, Duration until) {
        RandomGenerator random = new SplittableRandom(seed);
        Stalls stalls = new Stalls();
        long at = 0;
        while (at < until.toNanos()) {
            long from = at + (long) (-Math.log(1 - random.nextDouble()) * apart.toNanos());
            at = from + 1 + random.nextLong(longest.toNanos());
            stalls.all.put(from, at);
        }
        return stalls;
    }

    /// Returns when work ends that begins at a time and takes so long without a stall.
    public long end(long from, long takes) {
        long at = from;
        long left = takes;
        Map.Entry<Long, Long> stall = all.floorEntry(at);
        if (stall != null) at = Math.max(at, stall.getValue());
        for (stall = all.higherEntry(at); stall != null && at + left > stall.getKey(); stall = all
                .higherEntry(at)) {
            left -= stall.getKey() - at;
            at = stall.getValue();
        }
        return at + left;
    }

    /// Returns how much of the time until then is no stall, as a share.
    public double share(Duration from, Duration until) {
        long lost = 0;
        for (Map.Entry<Long, Long> each : all.entrySet()) {
            lost += Math.max(0, Math.min(until.toNanos(), each.getValue())
                    - Math.max(from.toNanos(), each.getKey()));
        }
        return 1 - (double) lost / until.minus(from).toNanos();
    }
}
