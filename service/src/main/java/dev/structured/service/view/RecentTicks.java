package dev.structured.service.view;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The ticks of the last minute that were sent to a viewer, one a second. **Thread-safe.**
public final class RecentTicks {
    private static final long MILLIS = 60_000;
    /// The least time between two ticks: a little less than a second, since no tick is exactly on time.
    private static final long BETWEEN_MILLIS = 900;
    private static final int MOST = 61;
    private static final int MOST_RUNNING = 50;

    /// The oldest one first. Guarded by this.
    private final ArrayDeque<LiveTick> ticks = new ArrayDeque<>();

    /// Makes an empty list.
    public RecentTicks() {}

    /// Adds a tick, unless one of the same second is there.
    public synchronized void add(LiveTick tick) {
        LiveTick last = ticks.peekLast();
        if (last != null && tick.atMs() - last.atMs() < BETWEEN_MILLIS) return;
        ticks.addLast(tick.shortened(MOST_RUNNING));
        dropBefore(tick.atMs() - MILLIS);
    }

    private void dropBefore(long oldest) {
        while (ticks.size() > MOST || (!ticks.isEmpty() && ticks.getFirst().atMs() < oldest)) {
            ticks.removeFirst();
        }
    }

    /// Forgets all ticks.
    public synchronized void clear() {
        ticks.clear();
    }

    /// Returns the ticks of the last minute, and the present as the last one.
    List<LiveTick> upTo(LiveTick now) {
        List<LiveTick> all;
        synchronized (this) {
            dropBefore(now.atMs() - MILLIS);
            all = new ArrayList<>(ticks);
        }
        all.removeIf(each -> each.atMs() >= now.atMs());
        all.add(now.shortened(MOST_RUNNING));
        return all;
    }
}
