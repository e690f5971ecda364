package dev.structured.service.admission;

import dev.structured.service.config.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A thing that pages need and that may be short: a downstream, or the service's own processors.
///
/// A page in flight holds one place of each of its bottlenecks. [Shares] limits the places that a class may
/// fill.
///
/// All methods except those for statistics are called with the lock of its [Admission].
public final class Bottleneck {
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);
    /// The time in which calls tell whether there are too many pages, as a multiple of their usual latency.
    private static final int KNOWN = 3;

    private final String name;
    private final LoadLimit limit;
    /// Changed with the lock, read without it.
    private final AtomicInteger held = new AtomicInteger();
    private final Shares shares = new Shares();
    private final Map<Priority, Standing> queues = new EnumMap<>(Priority.class);

    /// @param name for metrics
    public Bottleneck(String name, LoadLimit limit) {
        this.name = name;
        this.limit = limit;
        for (Priority each : Priority.values()) queues.put(each, new Standing());
    }

    /* --- Statistics --- */

    /// Returns its name.
    public String name() {
        return name;
    }

    /// Returns the limit; [LoadLimit#NONE] for none.
    public int limit() {
        return limit.now();
    }

    /// Returns true if there is a limit now.
    public boolean isShort() {
        return limit.now() != LoadLimit.NONE;
    }

    /// Returns the number of pages in flight that need it.
    public int inFlight() {
        return held.get();
    }

    /// See [LoadLimit#usualNanos].
    long usualNanos() {
        return limit.usualNanos();
    }

    /* --- Places --- */

    void asked(long now, long timeLeft) {
        limit.asked(now, held.get(), timeLeft);
    }

    /// Called when a page has waited until it should be known whether more pages than tried are too many.
    void waitedInVain(long now) {
        if (!isShort()) limit.waitedInVain(now);
    }

    private Standing queue(Priority priority) {
        return Objects.requireNonNull(queues.get(priority));
    }

    /// Returns true if the limit has a place for a page of the class.
    boolean hasRoom(Priority priority) {
        return hasRoom(priority, limit.now());
    }

    /// Returns true if it has a place, and such a number of pages was tried lately.
    boolean hasTriedRoom(Priority priority) {
        return hasRoom(priority) && hasRoom(priority, limit.tried());
    }

    private boolean hasRoom(Priority priority, int most) {
        return most == LoadLimit.NONE || held.get() < shares.of(most, priority);
    }

    /// Returns true if it is the turn of a class; see [Shares].
    boolean owes(Priority priority) {
        return shares.owes(priority);
    }

    void take(Priority priority, long now) {
        held.incrementAndGet();
        shares.taken(priority, now);
        for (Map.Entry<Priority, Standing> each : queues.entrySet()) {
            int order = each.getKey().compareTo(priority);
            if (order == 0) each.getValue().count(now, false);
            else if (order < 0) each.getValue().begunBelow(now);
        }
    }

    void giveBack() {
        held.decrementAndGet();
    }

    void refused(Priority priority, long now) {
        shares.missed(priority, now);
        queue(priority).count(now, true);
    }

    /// Called when a page of the class waits for its place.
    void waits(Priority priority, long now) {
        if (isShort()) shares.missed(priority, now);
    }

    /// Returns true if the waiting pages of the class will hardly be begun.
    boolean stands(Priority priority, long now) {
        return queue(priority).at(now);
    }

    /// Returns the time that a page may wait for its place.
    long patience() {
        return isShort() ? Math.clamp(usualNanos(), LEAST, LONGEST) : KNOWN * usualNanos();
    }
}
