package dev.structured.core;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The points in time at which something has to happen in one scheduler, earliest first.
///
/// A binary heap whose entries know their place, so that moving or closing one leaves nothing behind: a scope
/// whose deadline moves 2,000 times has one entry, not 2,000.
///
/// No step that can fail lies between two steps of a change: the array grows before the first, and the alarm,
/// whose thread the machine may refuse, is set after the last. Callers have made sure of their [StackRoom].
final class Deadlines {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());

    /// The pause before an entry is tried again that failed for lack of space.
    private static final long RETRY_PAUSE = 10_000_000;

    /// Something that happens at a point in time. Used once: a closed entry stays closed.
    abstract static class Entry {
        private static final int OUT = -1;
        private static final int CLOSED = -2;

        /// Whether the entry cancels. Of entries for the same time, those that cancel come first: a sleep
        /// that would end at the very time of the deadline around it is always cut short.
        private final boolean cancels;
        /// Both guarded by the deadlines' lock.
        private long at;
        private int index = OUT;
        /// The next entry whose time has come.
        private @Nullable Entry nextDue;

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
    /// The number of entries that have been taken out because their time has come, and are not finished yet.
    private int due;
    /// The time to which the alarm was last set.
    private long planned = Nanos.NEVER;

    Deadlines(Platform platform) {
        this.platform = platform;
        this.alarm = platform.alarm(this::ring);
    }

    /// Puts the entry at `at`, moving it if it is there already. Does nothing once it is closed.
    synchronized void set(Entry entry, long at) {
        if (entry.index == Entry.CLOSED) return;
        if (size == heap.length) heap = Arrays.copyOf(heap, size * 2);
        if (entry.index >= 0) removeAt(entry.index);
        entry.index = Entry.OUT;
        entry.at = at;
        if (at != Nanos.NEVER) siftUp(size++, entry);
        plan();
    }

    /// Takes the entry out for good. It may be expiring at this moment.
    synchronized void close(Entry entry) {
        if (entry.index >= 0) removeAt(entry.index);
        entry.index = Entry.CLOSED;
        planAnyway();
    }

    /// Sets the alarm. If that fails, the next change tries again.
    private void plan() {
        long earliest = size == 0 ? Nanos.NEVER : heap[0].at;
        if (earliest == planned) return;
        alarm.set(earliest);
        planned = earliest;
    }

    /// Sets the alarm, or leaves it at the time that it has: the next change tries again.
    private synchronized void planAnyway() {
        try {
            plan();
        } catch (Throwable thrown) {
            Words.log(LOG, System.Logger.Level.WARNING, "An alarm could not be set", thrown);
        }
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
        Entry entry = takeDue();
        planAnyway();
        while (entry != null) {
            Entry following = entry.nextDue;
            entry.nextDue = null;
            expire(entry);
            entry = following;
        }
        planAnyway(); // if it could not be done before
    }

    /// The alarm must survive every exception: without it no deadline would be kept any more.
    private void expire(Entry entry) {
        try {
            platform.racePoint("deadline has come");
            entry.expire();
        } catch (VirtualMachineError e) { // there may be more space in a moment
            retry(entry);
        } catch (Throwable e) {
            Words.log(LOG, System.Logger.Level.ERROR, "A deadline could not be acted upon", e);
        } finally {
            actedUpon();
        }
    }

    private void retry(Entry entry) {
        try {
            set(entry, Nanos.after(platform.nanoTime(), RETRY_PAUSE));
        } catch (Throwable e) {
            Words.log(LOG, System.Logger.Level.ERROR, "A deadline could not be acted upon", e);
        }
    }

    private synchronized void actedUpon() {
        due--;
    }

    /// Returns true if no deadline is set, and none is being acted upon.
    synchronized boolean isEmpty() {
        return size == 0 && due == 0;
    }

    /// Takes out the entries whose time has come. Returns the first, which links to the others; null if there
    /// is none.
    private synchronized @Nullable Entry takeDue() {
        long now = platform.nanoTime();
        Entry head = null;
        Entry last = null;
        while (size > 0 && heap[0].at <= now) {
            Entry entry = heap[0];
            removeAt(0);
            entry.index = Entry.OUT;
            if (last == null) head = entry;
            else
                last.nextDue = entry;
            last = entry;
            due++;
        }
        planned = Nanos.NEVER; // the alarm has rung: it must be set again even if for the same time
        return head;
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
