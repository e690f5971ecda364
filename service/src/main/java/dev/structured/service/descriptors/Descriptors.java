package dev.structured.service.descriptors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// How many files and sockets the process may still open. Thread-safe.
///
/// Linux tells it in `/proc`. On other systems nothing is known, and nothing is bounded here.
public final class Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final String EXHAUSTED = "Too many open files";
    private static final int UNKNOWN = Integer.MAX_VALUE;

    /// Without these no class can be loaded, no file read, and no client of the admin listener accepted.
    private static final int MOST_KEPT = 32;
    private static final long COUNTED_FOR_NANOS = 1_000_000_000L;
    private static final long COUNTED_FOR_NANOS_IF_SHORT = 50_000_000L;

    private static final int LIMIT = limit();
    private static final int KEPT = Math.min(MOST_KEPT, LIMIT / 8);
    private static volatile Count last = new Count(UNKNOWN, System.nanoTime() - COUNTED_FOR_NANOS);

    /// Some descriptors that were left at a time, less those that were taken for calls and clients since.
    private record Count(AtomicInteger left, long at) {
        Count(int left, long at) {
            this(new AtomicInteger(left), at);
        }

        boolean isOld(long now) {
            boolean isShort = left.get() < KEPT;
            return now - at >= (isShort ? COUNTED_FOR_NANOS_IF_SHORT : COUNTED_FOR_NANOS);
        }
    }

    private Descriptors() {}

    /// Returns how many may still be opened; the largest `int` if that is not known. Reads `/proc`.
    public static int left() {
        if (LIMIT == UNKNOWN) return UNKNOWN;
        try (Stream<Path> open = Files.list(OPEN)) {
            return LIMIT - (int) open.count();
        } catch (IOException e) {
            // To count them takes one.
            return 0;
        }
    }

    /// Returns true if there is one for a call, and counts it; false if only those are left that the process
    /// itself needs.
    ///
    /// They are not counted for each call: files that are opened in between are seen within a second.
    public static boolean takeOne() {
        if (LIMIT == UNKNOWN) return true;
        Count now = last;
        long time = System.nanoTime();
        if (now.isOld(time)) last = now = new Count(left(), time);
        return now.left.getAndDecrement() > KEPT;
    }

    /// Tells that one was taken for a client: many may come between two counts.
    public static void taken() {
        last.left.getAndDecrement();
    }

    /// Returns true if a failure says that none is left.
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
