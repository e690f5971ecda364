package dev.structured.service.record;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The requests in flight. A request is in exactly one place at any time, from its first byte to its last, so
/// all counts over them add up to their number. Each stripe also counts who enters and leaves it: a visit
/// returns the sum of these counts, each as it is while its stripe is visited. Thread-safe.
///
/// ```
///   stripe 0:  request ⇄ request ⇄ request
///   stripe 1:  request                              a request enters and leaves one stripe, under its lock
///   …
/// ```
final class RequestsInFlight {
    private static final int STRIPES = 64;

    /// A part of the requests, as a list without its head.
    private static final class Stripe {
        /// Guarded by this object's lock.
        private @Nullable Recorder first;
        /// Guarded by this object's lock.
        private int count;

        synchronized void add(Recorder request) {
            count++;
            Recorder second = first;
            request.next = second;
            if (second != null) second.previous = request;
            first = request;
        }

        synchronized void remove(Recorder request) {
            count--;
            Recorder before = request.previous;
            Recorder after = request.next;
            if (before == null) first = after;
            else
                before.next = after;
            if (after != null) after.previous = before;
            request.previous = null;
            request.next = null;
        }

        synchronized int forEach(Consumer<Recorder> each) {
            for (Recorder next = first; next != null; next = next.next) each.accept(next);
            return count;
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];

    RequestsInFlight() {
        for (int i = 0; i < STRIPES; i++) stripes[i] = new Stripe();
    }

    void add(Recorder request) {
        stripe(request).add(request);
    }

    void remove(Recorder request) {
        stripe(request).remove(request);
    }

    private Stripe stripe(Recorder request) {
        int hash = System.identityHashCode(request);
        return stripes[(hash ^ hash >>> 6) & STRIPES - 1];
    }

    /// Returns all of them. Those that begin or end meanwhile may be missing.
    List<Recorder> all() {
        List<Recorder> all = new ArrayList<>();
        forEach(all::add);
        return all;
    }

    /// Visits each of them, a stripe at a time. The visitor must not block.
    ///
    /// @return how many have entered and not left, by the counts of the stripes
    int forEach(Consumer<Recorder> visitor) {
        int active = 0;
        for (Stripe stripe : stripes) active += stripe.forEach(visitor);
        return active;
    }
}
