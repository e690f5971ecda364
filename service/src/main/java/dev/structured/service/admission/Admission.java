package dev.structured.service.admission;

import dev.structured.service.config.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides which pages are begun. A page is begun when each of its bottlenecks has a place for it, or it
/// waits for that, a short time, or it is refused. **Thread-safe.**
///
/// Invariants, under the one lock:
///
/// 1. A bottleneck's places that are held are those of the tickets that are not closed.
/// 2. A place is taken only if the limit has room for it at that moment, for all bottlenecks of a page or for
///    none.
/// 3. Each wait is decided once: when a place is given back, when its time is up, or when its client has
///    gone.
/// 4. When a page begins to wait, one of its bottlenecks is full, or is not known to have room. A page in
///    progress holds a place there, and serves the waiting pages when it ends.
///
/// A queue that stands (see [Standing]) takes no more pages, since those that come find a place as quickly,
/// and is served from its newest page: the older ones have waited so long that in their order every page
/// would be too late. Any other queue of a limit is served in its order. A higher class is always served
/// before a lower one, except for the turn that each class has.
///
/// Without a limit, more pages than were tried lately (see [LoadLimit#tried]) wait, too, and the newest is
/// first, until what becomes of the others shows how many are too many. If it does not show, all begin: no
/// page is refused because nothing is known.
public final class Admission {
    /// The most waiting pages of one class.
    private static final int MOST_WAITING = 1_000;
    /// The time that a page must have left, as a multiple of the usual latency of a bottleneck that is short.
    private static final int SLACK = 2;

    private final LongSupplier nanoTime;
    private final AdmissionObserver observer;
    private final ReentrantLock lock = new ReentrantLock();
    /// The waiting pages of each class, the oldest first. Guarded by the lock.
    private final Map<Priority, Deque<Waiting>> queues = new EnumMap<>(Priority.class);
    /// The pages that were decided and must be woken. Guarded by the lock.
    private List<Waiting> decided = new ArrayList<>();

    /// @param nanoTime the time, in nanoseconds; only differences count
    public Admission(LongSupplier nanoTime, AdmissionObserver observer) {
        this.nanoTime = nanoTime;
        this.observer = observer;
        for (Priority each : Priority.values()) queues.put(each, new ArrayDeque<>());
    }

    /// Asks for the places of a page. Does not block.
    ///
    /// @param needs the bottlenecks of the page
    /// @param timeLeft the time that the page may still take, in nanoseconds
    public Entry enter(Priority priority, List<Bottleneck> needs, long timeLeft) {
        long now = nanoTime.getAsLong();
        Entry entry;
        List<Waiting> wake;
        lock.lock();
        try {
            needs.forEach(each -> each.asked(now, timeLeft));
            entry = entry(priority, needs, timeLeft, now);
            wake = woken();
        } finally {
            lock.unlock();
        }
        wake.forEach(Waiting::wake);
        return entry;
    }

    private Entry entry(Priority priority, List<Bottleneck> needs, long timeLeft, long now) {
        for (Bottleneck each : needs) {
            if (each.isShort() && timeLeft <= SLACK * each.usualNanos()) {
                return refused(priority, each, Refused.NO_TIME, now);
            }
        }
        Bottleneck full = full(needs, priority);
        if (full != null) {
            return full.stands(priority, now)
                    ? refused(priority, full, Refused.NO_PLACE, now)
                    : waiting(priority, needs, full, timeLeft, now);
        }
        Bottleneck untried = untried(needs, priority);
        return untried == null
                ? taken(priority, needs, now)
                : waiting(priority, needs, untried, timeLeft, now);
    }

    /// Returns the number of pages that wait.
    public int waiting() {
        lock.lock();
        try {
            return queues.values().stream().mapToInt(Deque::size).sum();
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Bottleneck full(List<Bottleneck> needs, Priority priority) {
        for (Bottleneck each : needs) {
            if (!each.hasRoom(priority)) return each;
        }
        return null;
    }

    private static @Nullable Bottleneck untried(List<Bottleneck> needs, Priority priority) {
        for (Bottleneck each : needs) {
            if (!each.hasTriedRoom(priority)) return each;
        }
        return null;
    }

    private Ticket taken(Priority priority, List<Bottleneck> needs, long now) {
        needs.forEach(each -> each.take(priority, now));
        observer.admitted(priority);
        return new Ticket(this, needs);
    }

    private Entry.No refused(Priority priority, Bottleneck missing, Refused why, long now) {
        missing.refused(priority, now);
        observer.refused(priority, missing.name(), why);
        return new Entry.No(missing.name(), why);
    }

    /* --- Waiting --- */

    private Entry waiting(Priority priority, List<Bottleneck> needs, Bottleneck missing, long timeLeft,
            long now) {
        long patience = Math.min(missing.patience(), timeLeft - SLACK * missing.usualNanos());
        Deque<Waiting> queue = queue(priority);
        if (queue.size() >= MOST_WAITING || patience <= 0) {
            return withoutWaiting(priority, needs, Refused.QUEUE_FULL, now);
        }
        Waiting last = new Waiting(this, priority, needs, missing, now, patience);
        queue.addLast(last);
        missing.waits(priority, now);
        return last;
    }

    /// Decides about a page that waits no longer: it is refused only if there is a limit, and that is full.
    private Entry withoutWaiting(Priority priority, List<Bottleneck> needs, Refused why, long now) {
        Bottleneck full = full(needs, priority);
        return full == null ? taken(priority, needs, now) : refused(priority, full, why, now);
    }

    private Deque<Waiting> queue(Priority priority) {
        return Objects.requireNonNull(queues.get(priority));
    }

    private void decide(Waiting waiting, Entry result) {
        waiting.decide(result);
        decided.add(waiting);
    }

    private List<Waiting> woken() {
        if (decided.isEmpty()) return List.of();
        List<Waiting> all = decided;
        decided = new ArrayList<>();
        return all;
    }

    /// Returns the decision about a page whose wait has ended.
    Entry settle(Waiting waiting) {
        long now = nanoTime.getAsLong();
        lock.lock();
        try {
            waiting.returned = true;
            Entry result = waiting.decided();
            if (result != null) return result;
            queue(waiting.priority).remove(waiting);
            waiting.missing.waitedInVain(now);
            Entry last = withoutWaiting(waiting.priority, waiting.needs, Refused.NO_PLACE, now);
            waiting.decide(last);
            return last;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the wait of a page that is no longer wanted. The ticket that it may have got is closed.
    void abandon(Waiting waiting) {
        Entry result;
        lock.lock();
        try {
            if (waiting.returned) return;
            waiting.returned = true;
            result = waiting.decided();
            if (result == null) {
                queue(waiting.priority).remove(waiting);
                waiting.decide(new Entry.No(waiting.missing.name(), Refused.NO_PLACE));
            }
        } finally {
            lock.unlock();
        }
        if (result instanceof Ticket ticket) ticket.close();
    }

    /* --- Places that become free --- */

    void release(Ticket ticket) {
        long now = nanoTime.getAsLong();
        List<Waiting> wake;
        lock.lock();
        try {
            ticket.places.forEach(Bottleneck::giveBack);
            for (Bottleneck each : ticket.places) serve(each, now);
            wake = woken();
        } finally {
            lock.unlock();
        }
        wake.forEach(Waiting::wake);
    }

    /// Begins the pages for which there is a place now.
    private void serve(Bottleneck free, long now) {
        for (Priority each : Priority.values()) {
            if (free.owes(each)) serve(free, each, 1, now);
        }
        for (Priority each : Priority.values()) serve(free, each, MOST_WAITING, now);
    }

    /// Refuses the pages that have waited for too long, even if there is no place: a limit has begun since
    /// they came, and they shall not wait until their own time is up.
    private void refuseTooLate(Deque<Waiting> queue, long now) {
        queue.removeIf(each -> {
            boolean tooLate = each.isTooLate(now);
            if (tooLate) decide(each, refused(each.priority, each.missing, Refused.NO_PLACE, now));
            return tooLate;
        });
    }

    private void serve(Bottleneck free, Priority priority, int most, long now) {
        Deque<Waiting> queue = queue(priority);
        if (queue.isEmpty()) return;
        refuseTooLate(queue, now);
        boolean newestFirst = !free.isShort() || free.stands(priority, now);
        Iterator<Waiting> order = newestFirst ? queue.descendingIterator() : queue.iterator();
        for (int served = 0; served < most && free.hasTriedRoom(priority) && order.hasNext();) {
            Waiting next = order.next();
            if (untried(next.needs, priority) != null) continue;
            order.remove();
            decide(next, taken(priority, next.needs, now));
            served++;
        }
    }
}
