package dev.structured.core.channel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Items in the order in which they came. **Not thread-safe.**
///
/// It grows before it takes an item in, so it is as it was if there is no space. A [java.util.ArrayDeque]
/// that cannot grow has lost what was in it. Only [#add] and [#reserve] may grow, and what has been reserved
/// stays reserved.
final class Ring<T> {
    private static final int MOST_AT_FIRST = 16;
    private static final int LARGEST = 1 << 30;

    /// The number of slots is a power of two.
    private @Nullable Object[] slots;
    private int first;
    private int size;

    /// @param capacity the number of items that it is expected to hold at most
    Ring(int capacity) {
        slots = new Object[powerFor(Math.min(Math.max(capacity, 1), MOST_AT_FIRST))];
    }

    private static int powerFor(int count) {
        if (count > LARGEST) throw new OutOfMemoryError("more than " + LARGEST + " items");
        return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    int size() {
        return size;
    }

    /// Makes sure that it can hold so many items in all without growing.
    void reserve(int count) {
        if (count > slots.length) grow(count);
    }

    void add(T item) {
        if (size == slots.length) grow(size + 1);
        slots[at(size)] = item;
        size++;
    }

    private void grow(int count) {
        @Nullable
        Object[] larger = Arrays.copyOf(slots, powerFor(count));
        // What is before `first`, the end of the items, moves behind the old end: the rest is in its place.
        System.arraycopy(slots, 0, larger, slots.length, first);
        Arrays.fill(larger, 0, first, null);
        slots = larger;
    }

    /// Takes the first item out; null if there is none.
    @SuppressWarnings("unchecked") // add() takes nothing else
    @Nullable
    T poll() {
        if (size == 0) return null;
        T item = (T) slots[first];
        slots[first] = null;
        first = (first + 1) & (slots.length - 1);
        size--;
        return item;
    }

    /// Returns the item that came last; null if there is none.
    @Nullable
    T last() {
        return size == 0 ? null : get(size - 1);
    }

    /// Returns the item before which there are so many others.
    @SuppressWarnings({"unchecked", "NullAway"}) // add() takes nothing else, and there is an item
    T get(int index) {
        return (T) slots[at(index)];
    }

    private int at(int index) {
        return (first + index) & (slots.length - 1);
    }

    void clear() {
        Arrays.fill(slots, null);
        first = 0;
        size = 0;
    }
}
