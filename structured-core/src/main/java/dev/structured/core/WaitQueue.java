package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// The waits for one thing, in the order in which they came. **Not thread-safe**: the queue, and the place of
/// each entry, is guarded by the lock of the primitive that it belongs to.
///
/// A wait may have entries in several queues, and the queue does not know whether a wait has been decided.
/// [Wait] shows how the two are used together. All operations take constant time.
///
/// @param <E> an entry, which holds the facts that the primitive has to know about each wait
public final class WaitQueue<E extends WaitQueue.Entry> {
    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;

    /// One wait's place in one queue. Subclasses add facts, such as the item that the wait is for.
    public abstract static class Entry {
        private @Nullable WaitQueue<?> in;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        /// Makes an entry that is in no queue.
        protected Entry() {}
    }

    /// Makes an empty queue.
    public WaitQueue() {}

    /// Puts the entry at the end.
    ///
    /// @throws IllegalStateException if it is in a queue
    public void add(E entry) {
        Entry added = entry;
        if (added.in != null) throw new IllegalStateException("This entry is in a queue already");
        added.in = this;
        added.previous = last;
        if (last == null) first = added;
        else
            last.next = added;
        last = added;
        size++;
    }

    /// Takes the first entry out and returns it; null if there is none. The caller, which is going to decide
    /// the wait, has made sure of its [stack][Wait#requireStackToFinish()].
    @SuppressWarnings("unchecked") // add() takes nothing else
    public @Nullable E poll() {
        Entry entry = first;
        if (entry == null) return null;
        unlink(entry);
        return (E) entry;
    }

    /// Returns the first entry, which stays; null if there is none.
    @SuppressWarnings("unchecked") // add() takes nothing else
    public @Nullable E first() {
        return (E) first;
    }

    /// Takes the entry out.
    ///
    /// @return false if it is not in this queue: it was taken out when its wait was decided
    public boolean remove(E entry) {
        if (((Entry) entry).in != this) return false;
        unlink(entry);
        return true;
    }

    /// Returns the number of entries.
    public int size() {
        return size;
    }

    /// Returns true if there is no wait in it.
    public boolean isEmpty() {
        return first == null;
    }

    private void unlink(Entry entry) {
        Entry before = entry.previous;
        Entry after = entry.next;
        if (before == null) first = after;
        else
            before.next = after;
        if (after == null) last = before;
        else
            after.previous = before;
        entry.previous = null;
        entry.next = null;
        entry.in = null;
        size--;
    }

    @Override
    public String toString() {
        return "WaitQueue[" + size + "]";
    }
}
