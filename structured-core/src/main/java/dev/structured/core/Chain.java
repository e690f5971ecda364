package dev.structured.core;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A linked list whose links are in the elements themselves, so that adding or removing one takes no space
/// and no search. Holds the tasks of one nursery, or the roots of one scheduler. Guarded by its owner's lock.
///
/// @param <T> a task
class Chain<T> {
    /// An element, which is in one chain at a time.
    abstract static class Link<T> {
        @Nullable
        Link<T> previous;
        @Nullable
        Link<T> next;

        /// Returns the task that it stands for.
        abstract T task();
    }

    private @Nullable Link<T> first;

    boolean isEmpty() {
        return first == null;
    }

    void add(Link<T> link) {
        Link<T> second = first;
        link.next = second;
        if (second != null) second.previous = link;
        first = link;
    }

    /// Takes out an element that is in the chain.
    void remove(Link<T> link) {
        Link<T> before = link.previous;
        Link<T> after = link.next;
        if (before == null) first = after;
        else
            before.next = after;
        if (after != null) after.previous = before;
        link.previous = null; // a reference to the element is not to keep its neighbours
        link.next = null;
    }

    /// Counted by walking.
    int size() {
        int size = 0;
        for (Link<T> link = first; link != null; link = link.next) size++;
        return size;
    }

    void addAllTo(Collection<T> tasks) {
        for (Link<T> link = first; link != null; link = link.next) tasks.add(link.task());
    }
}
