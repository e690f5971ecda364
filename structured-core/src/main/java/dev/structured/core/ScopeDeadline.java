package dev.structured.core;

import java.time.Duration;

/// The deadline of one scope, made when one is first set.
final class ScopeDeadline extends ScopeAlarm {
    /// In nanoseconds, before entry, when the deadline counts from there; else negative. Guarded.
    private long timeout = -1;
    /// True once this deadline has tried to be the scope's first reason.
    private volatile boolean expired;

    ScopeDeadline(CancelScope scope, long since) {
        super(scope, since);
    }

    /// Holding the scope's lock, before entry.
    void timeout(long nanos) {
        at(Nanos.NEVER);
        timeout = nanos;
    }

    @Override
    void at(long nanos) {
        timeout = -1;
        super.at(nanos);
    }

    @Override
    void entered(long now) {
        super.entered(now);
        if (timeout >= 0) at(Nanos.after(now, timeout));
    }

    /// True if the time counts from an entry that has not been yet. Holding the scope's lock.
    boolean isRelative() {
        return timeout >= 0;
    }

    /// It is about to be the scope's reason, unless another comes first.
    void expiring() {
        expired = true;
    }

    boolean expired() {
        return expired;
    }

    Duration allowed() {
        return Duration.ofNanos(at() <= since() ? 0 : at() - since()); // the difference alone may overflow
    }

    Duration spent(long now) {
        return Duration.ofNanos(now - since());
    }
}
