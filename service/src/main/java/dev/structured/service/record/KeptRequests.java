package dev.structured.service.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The requests that are kept after their end: some of each kind, so that a flood of good requests cannot
/// push out the slow and the failed ones. Thread-safe.
///
/// ```
///   a cell for each route × outcome × latency: < 1 ms, < 10 ms, < 100 ms, < 1 s, < 10 s, longer
///   └─ the last eight requests; over the limit of memory, the largest cell loses its oldest one
/// ```
final class KeptRequests {
    private static final int MOST_IN_A_CELL = 8;
    private static final long[] LATENCY_MICROS = {1_000, 10_000, 100_000, 1_000_000, 10_000_000};

    /// A request, and the memory that it needed when it ended.
    private record Kept(Recorder request, int bytes) {}

    private record Key(String route, String outcome, int latency) {}

    private static final class Cell {
        private final ArrayDeque<Kept> requests = new ArrayDeque<>(MOST_IN_A_CELL);
        private long bytes;

        void add(Kept kept) {
            requests.addLast(kept);
            bytes += kept.bytes;
        }

        int removeOldest() {
            int freed = requests.removeFirst().bytes;
            bytes -= freed;
            return freed;
        }
    }

    private final long mostBytes;
    /// Both guarded by this object's lock.
    private final Map<Key, Cell> cells = new HashMap<>();
    private long bytes;

    KeptRequests(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /// Keeps a request that has ended.
    synchronized void keep(Recorder request, Recorder.End end) {
        Cell cell = cells.computeIfAbsent(key(request, end), _ -> new Cell());
        if (cell.requests.size() == MOST_IN_A_CELL) bytes -= cell.removeOldest();
        Kept ended = new Kept(request, request.bytes());
        cell.add(ended);
        bytes += ended.bytes;
        while (bytes > mostBytes)
            shrink();
    }

    private static Key key(Recorder request, Recorder.End end) {
        int latency = 0;
        while (latency < LATENCY_MICROS.length && end.micros() >= LATENCY_MICROS[latency])
            latency++;
        return new Key(request.route(), end.outcome(), latency);
    }

    private void shrink() {
        Map.Entry<Key, Cell> largest = cells.entrySet().stream()
                .max(Comparator.comparingLong(each -> each.getValue().bytes)).orElseThrow();
        bytes -= largest.getValue().removeOldest();
        if (largest.getValue().requests.isEmpty()) cells.remove(largest.getKey());
    }

    /// Returns all of them.
    synchronized List<Recorder> all() {
        List<Recorder> all = new ArrayList<>();
        for (Cell cell : cells.values()) cell.requests.forEach(each -> all.add(each.request));
        return all;
    }

    /// Returns an estimate of the memory that they need, in bytes.
    synchronized long bytes() {
        return bytes;
    }
}
