package dev.structured.service.admission;

import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.Event;
import dev.structured.service.config.Priority;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page that waits for its places. It is decided once, under the lock of its [Admission]: it gets a ticket,
/// or it is refused.
public final class Waiting implements Entry, AutoCloseable {
    private final Admission admission;
    final Priority priority;
    final List<Bottleneck> needs;
    /// The first bottleneck that had no place for it.
    final Bottleneck missing;
    /// The time at which its wait began.
    private final long since;
    private final long nanos;
    private final Event woken = new Event("a place");
    /// Null while it waits. Guarded by the admission's lock.
    private @Nullable Entry decided;
    /// True once its result was returned, or is no longer wanted. A ticket that was returned is the caller's.
    /// Guarded by the admission's lock.
    boolean returned;

    Waiting(Admission admission, Priority priority, List<Bottleneck> needs, Bottleneck missing, long since,
            long nanos) {
        this.admission = admission;
        this.priority = priority;
        this.needs = needs;
        this.missing = missing;
        this.since = since;
        this.nanos = nanos;
    }

    /// Waits for the places, as long as that makes sense. Must be called in a task. **Checkpoint.**
    ///
    /// @return a ticket, or a refusal
    public Entry await() {
        Deadline end = Scheduler.current().deadlineAfter(Duration.ofNanos(nanos));
        Timeouts.moveOnAt(end, woken::await);
        return admission.settle(this);
    }

    /// Ends the wait of a page that is no longer wanted. Does nothing once a result was returned.
    /// **Thread-safe.**
    @Override
    public void close() {
        admission.abandon(this);
    }

    /// Returns true if it has waited for longer than pages may by now: a limit has begun meanwhile.
    boolean isTooLate(long now) {
        return missing.isShort() && now - since > missing.patience();
    }

    @Nullable
    Entry decided() {
        return decided;
    }

    /// Decides it, once.
    void decide(Entry result) {
        if (decided != null) throw new IllegalStateException("It is decided: " + decided);
        decided = result;
    }

    /// Ends the wait; after the lock was released.
    void wake() {
        woken.set();
    }
}
