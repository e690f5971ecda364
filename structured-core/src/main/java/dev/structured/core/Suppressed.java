package dev.structured.core;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Adds one throwable to the suppressed ones of another, so that a log shows both, but never so that the two
/// lead to each other.
///
/// Some throwables accept none: those that the JVM throws itself, and those made with suppression off. A
/// throwable that is kept in a constant and thrown again and again would collect them without end, so their
/// number is limited. The caller learns of a refusal, and reports the throwable that would be lost.
final class Suppressed {
    /// The most throwables that are added to one.
    static final int MOST = 1_000;
    /// The most that are added to an exception of the program by code that is not the kernel.
    static final int FEW = 64;
    /// The most throwables that a search looks at: causes may be made anew at each call, without end.
    private static final int MOST_STEPS = 1_000;

    private Suppressed() {}

    /// Adds `other` to the suppressed exceptions of `thrown`, unless that would close a circle or add it
    /// twice.
    ///
    /// @return false if `thrown` does not accept it, so that it would be lost
    static boolean add(Throwable thrown, Throwable other) {
        return add(thrown, other, MOST);
    }

    /// Adds `other` as [#add(Throwable, Throwable)] does, unless `thrown` has so many already.
    static boolean add(Throwable thrown, Throwable other, int most) {
        Throwable[] before = thrown.getSuppressed();
        if (leads(thrown, before, other) || leadsTo(other, thrown)) return true;
        if (before.length >= most) return false;
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

    /// Adds each of the others once to a throwable that has just been made, so that no other throwable leads
    /// to it. Takes time in proportion to their number.
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
