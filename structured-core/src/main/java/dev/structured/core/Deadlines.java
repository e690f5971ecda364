package dev.structured.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The points in time at which something has to happen in one scheduler, earliest first.
///
/// A binary heap whose entries know their place, so that an entry that is moved or closed leaves nothing
/// behind (a scope whose deadline moves 2,000 times has one entry, not 2,000).
final class Deadlines {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());

    /// Something that happens at a point in time. One use: once closed it stays so.
    abstract static class Entry {
        private static final int OUT = -1;
        private static final int CLOSED = -2;

        /// Whether it cancels. At the same time cancelling comes first: a sleep that would end just as the
        /// deadline around it passes is cut short, every time.
        private final boolean cancels;
        /// Both guarded by the deadlines' lock.
        private long at;
        private int index = OUT;

        Entry(boolean cancels) {
            this.cancels = cancels;
        }

        private boolean isBefore(Entry other) {
            return at == other.at ? cancels && !other.cancels : at < other.at;
        }

        /// Called once the time has come, on the alarm's thread, with no lock held. Its scope may have ended
        /// by then.
        abstract void expire();
    }

    private final Platform platform;
    private final Platform.Alarm alarm;

    /// All guarded by this.
    private Entry[] heap = new Entry[16];
    private int size;
    /// How many have been taken out because their time has come, and have not been acted upon yet.
    private int due;
    /// The time the alarm was last given.
    private long planned = Nanos.NEVER;

    Deadlines(Platform platform) {
        this.platform = platform;
        this.alarm = platform.alarm(this::ring);
    }

    /// Puts the entry at `at`, moving it if it is there already. Does nothing once it is closed.
    synchronized void set(Entry entry, long at) {
        if (entry.index == Entry.CLOSED) return;
        if (entry.index >= 0) removeAt(entry.index);
        entry.index = Entry.OUT;
        entry.at = at;
        if (at != Nanos.NEVER) {
            if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
            siftUp(size++, entry);
        }
        plan();
    }

    /// Takes the entry out for good. It may be expiring at this moment.
    synchronized void close(Entry entry) {
        if (entry.index >= 0) removeAt(entry.index);
        entry.index = Entry.CLOSED;
        plan();
    }

    private void plan() {
        long earliest = size == 0 ? Nanos.NEVER : heap[0].at;
        if (earliest == planned) return;
        planned = earliest;
        alarm.set(earliest);
    }

    synchronized int size() {
        return size;
    }

    synchronized @Nullable Duration untilFirst() {
        return size == 0 ? null : Duration.ofNanos(Math.max(0, heap[0].at - platform.nanoTime()));
    }

    void shutDown() {
        alarm.close();
    }

    private void ring() {
        for (Entry entry : takeDue()) {
            try {
                platform.racePoint("deadline has come");
                entry.expire();
            } catch (Throwable e) { // the alarm must outlive it: without it no deadline is kept any more
                Words.log(LOG, System.Logger.Level.ERROR,
                        "A deadline could not be acted upon: " + Words.of(entry), e);
            } finally {
                actedUpon();
            }
        }
    }

    private synchronized void actedUpon() {
        due--;
    }

    /// Returns true if no deadline is set, and none is just being acted upon.
    synchronized boolean isEmpty() {
        return size == 0 && due == 0;
    }

    private synchronized List<Entry> takeDue() {
        long now = platform.nanoTime();
        List<Entry> taken = new ArrayList<>();
        while (size > 0 && heap[0].at <= now) {
            Entry entry = heap[0];
            removeAt(0);
            entry.index = Entry.OUT;
            taken.add(entry);
        }
        due += taken.size();
        planned = Nanos.NEVER; // the alarm has rung: it must be set again even if for the same time
        plan();
        return taken;
    }

    @SuppressWarnings("NullAway") // the slots from `size` on are empty
    private void removeAt(int index) {
        Entry last = heap[--size];
        heap[size] = null;
        if (index == size) return;
        siftDown(index, last);
        if (heap[index] == last) siftUp(index, last);
    }

    private void siftUp(int index, Entry entry) {
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            if (!entry.isBefore(heap[parent])) break;
            put(index, heap[parent]);
            index = parent;
        }
        put(index, entry);
    }

    private void siftDown(int index, Entry entry) {
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) break;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) child++;
            if (!heap[child].isBefore(entry)) break;
            put(index, heap[child]);
            index = child;
        }
        put(index, entry);
    }

    private void put(int index, Entry entry) {
        heap[index] = entry;
        entry.index = index;
    }
}
