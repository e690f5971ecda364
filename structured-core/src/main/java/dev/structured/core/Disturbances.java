package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts the changes in one run after which a scope is no longer quiet: it is cancelled, or gets a time. As
/// long as the count stays the same, a scope that was found quiet, with all scopes around it, still is. So a
/// checkpoint need not look at each of them again.
///
/// A change of a scope calls [#begin] before it and [#end] after it. The count is raised *before* the change:
/// a task that can know of the change does not rely on what was found earlier. And what is found while a
/// change is under way is not relied on later: it may have been found too early, although the count is the
/// new one.
final class Disturbances {
    private static final VarHandle BEGUN;
    private static final VarHandle ENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BEGUN = lookup.findVarHandle(Disturbances.class, "begun", long.class);
            ENDED = lookup.findVarHandle(Disturbances.class, "ended", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Both begin at 1: a new scope has not been found quiet.
    private volatile long begun = 1;
    private volatile long ended = 1;

    /// A change begins. **Thread-safe.**
    void begin() {
        BEGUN.getAndAdd(this, 1L);
    }

    /// A change has been made. **Thread-safe.**
    void end() {
        ENDED.getAndAdd(this, 1L);
    }

    /// Returns the number of changes that have begun, plus 1.
    long count() {
        return begun;
    }

    /// Returns true if all changes that are in the count have been made. If other changes have been made
    /// instead, it may return true too; but then that count has passed.
    boolean areOver(long count) {
        return ended == count;
    }
}
