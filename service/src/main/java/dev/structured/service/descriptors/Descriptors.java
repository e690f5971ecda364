package dev.structured.service.descriptors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The number of files and sockets that the process may still open. Thread-safe.
///
/// Linux reports it in `/proc`. On other systems the number is unknown, and this class sets no bound.
public final class Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final String EXHAUSTED = "Too many open files";
    private static final int UNKNOWN = Integer.MAX_VALUE;

    /// Without these no class can be loaded, no file read, and no client of the admin listener accepted.
    private static final int MOST_KEPT = 32;
    /// If at most this many are left besides the kept ones, they are counted again only after some time, and
    /// not each time that one is taken.
    private static final int FEW = 16;
    private static final long COUNTED_FOR_NANOS = 1_000_000_000L;
    private static final long COUNTED_FOR_NANOS_IF_SHORT = 50_000_000L;

    private static final int LIMIT = limit();
    private static final int KEPT = Math.min(MOST_KEPT, LIMIT / 8);
    private static volatile Count last = new Count(UNKNOWN, System.nanoTime() - COUNTED_FOR_NANOS);

    /// A reading of `/proc`.
    ///
    /// @param counted the descriptors that were left
    /// @param left those less the ones that calls and clients have taken since and not given back
    /// @param at the time of the reading
    private record Count(int counted, AtomicInteger left, long at) {
        Count(int left, long at) {
            this(left, new AtomicInteger(left), at);
        }

        /// Returns true if they should be counted again: after some time, or when there seem to be too few,
        /// unless there were few anyway.
        boolean isOld(long now) {
            if (counted < KEPT + FEW) return now - at >= COUNTED_FOR_NANOS_IF_SHORT;
            return left.get() <= KEPT || now - at >= COUNTED_FOR_NANOS;
        }
    }

    private Descriptors() {}

    /// Returns the number that may still be opened; the largest `int` if it is not known. Reads `/proc`.
    public static int left() {
        if (LIMIT == UNKNOWN) return UNKNOWN;
        try (Stream<Path> open = Files.list(OPEN)) {
            return LIMIT - (int) open.count();
        } catch (IOException e) {
            // Counting them uses one.
            return 0;
        }
    }

    /// Takes one for a call and returns true; returns false if only those are left that the process itself
    /// needs.
    ///
    /// `/proc` is not read for each call. It is read after a second, to see files that were opened in the
    /// meantime, and before a call is refused.
    public static boolean takeOne() {
        if (LIMIT == UNKNOWN) return true;
        Count now = last;
        long time = System.nanoTime();
        if (now.isOld(time)) last = now = new Count(left(), time);
        return now.left.getAndDecrement() > KEPT;
    }

    /// Counts one that was taken for a client, since many may come between two readings of `/proc`.
    public static void taken() {
        last.left.getAndDecrement();
    }

    /// Counts one that was taken and has been closed.
    public static void givenBack() {
        last.left.getAndIncrement();
    }

    /// Returns true if a failure means that none is left.
    public static boolean areExhausted(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof IOException && message != null && message.contains(EXHAUSTED);
    }

    private static int limit() {
        try (Stream<String> lines = Files.lines(LIMITS)) {
            String[] words = lines.filter(line -> line.startsWith("Max open files")).findFirst().orElse("")
                    .split("\\s+", 5);
            return Integer.parseInt(words[3]);
        } catch (IOException | RuntimeException e) {
            return UNKNOWN;
        }
    }
}
