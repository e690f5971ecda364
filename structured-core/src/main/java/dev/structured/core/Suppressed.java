package dev.structured.core;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Hangs one throwable on another, so that a log shows both, and never so that the two lead to each other.
final class Suppressed {
    private Suppressed() {}

    /// Adds `other` to what `thrown` has suppressed, unless that would close a circle or say something twice.
    static void add(Throwable thrown, Throwable other) {
        if (!mentions(thrown, other) && !leadsTo(other, thrown)) thrown.addSuppressed(other);
    }

    private static boolean mentions(Throwable thrown, Throwable other) {
        if (thrown.getCause() == other) return true;
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (suppressed == other) return true;
        }
        return false;
    }

    /// Returns true if `to` is found from `from` by causes and what is suppressed.
    static boolean leadsTo(Throwable from, Throwable to) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Throwable> rest = new ArrayDeque<>();
        rest.add(from);
        while (!rest.isEmpty()) {
            Throwable next = rest.removeFirst();
            if (next == to) return true;
            if (!seen.add(next)) continue;
            if (next.getCause() != null) rest.addLast(next.getCause());
            Collections.addAll(rest, next.getSuppressed());
        }
        return false;
    }
}
