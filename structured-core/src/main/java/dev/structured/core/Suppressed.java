package dev.structured.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Hangs one throwable on another, so that a log shows both, and never so that the two lead to each other.
///
/// Some throwables take none: those that the machine throws itself, and those made with suppression off. And
/// one that is kept in a constant and thrown again and again would collect them without end. The caller is
/// told, and reports what would be lost.
final class Suppressed {
    /// The most that a throwable gets to hold.
    static final int MOST = 1_000;
    /// The most throwables that a search looks at: causes may be made anew at each call, without end.
    private static final int MOST_STEPS = 1_000;

    private Suppressed() {}

    /// Adds `other` to what `thrown` has suppressed, unless that would close a circle or say something twice.
    ///
    /// @return false if `thrown` does not take it, so that it would be lost
    static boolean add(Throwable thrown, Throwable other) {
        Throwable[] before = thrown.getSuppressed();
        if (leads(thrown, before, other) || leadsTo(other, thrown)) return true;
        if (before.length >= MOST) return false;
        thrown.addSuppressed(other);
        return before.length > 0 || thrown.getSuppressed().length > 0;
    }

    private static boolean leads(Throwable thrown, Throwable[] suppressed, Throwable other) {
        if (thrown == other || Words.cause(thrown) == other) return true;
        for (Throwable each : suppressed) {
            if (each == other) return true;
        }
        return false;
    }

    /// Adds each of the others once to a throwable that has just been made, to which nothing leads. Takes
    /// time in proportion to their number.
    static void addToNew(Throwable fresh, Collection<Throwable> others) {
        Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable cause = fresh.getCause();
        if (cause != null) known.add(cause);
        for (Throwable other : others) {
            if (known.add(other)) fresh.addSuppressed(other);
        }
    }

    /// Returns true if causes and suppressed exceptions lead from `from` to `to`.
    static boolean leadsTo(Throwable from, Throwable to) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Throwable> rest = new ArrayDeque<>();
        rest.add(from);
        while (!rest.isEmpty() && seen.size() < MOST_STEPS) {
            Throwable next = rest.removeFirst();
            if (next == to) return true;
            if (!seen.add(next)) continue;
            Throwable cause = Words.cause(next);
            if (cause != null) rest.addLast(cause);
            Collections.addAll(rest, next.getSuppressed());
        }
        return false;
    }
}
