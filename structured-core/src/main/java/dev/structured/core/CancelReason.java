package dev.structured.core;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The reason why a scope was cancelled. The first reason of a scope is kept; later ones change nothing.
/// Immutable.
public final class CancelReason implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /// The kinds of reason.
    public enum Source {
        /// The scope's own deadline passed.
        DEADLINE,
        /// [CancelScope#cancel()] or [Task#cancel()] was called.
        EXPLICIT,
        /// A child of the nursery failed.
        CHILD_FAILED,
        /// The nursery's block failed, or the close of one of its resources.
        BODY_FAILED,
        /// It was to end: the scheduler is closing, the grace of a [requested stop][CancelScope#requestStop]
        /// is over, it was [idle][CancelScope#asIdle()] when a stop was requested, or it has the background
        /// tasks of a nursery whose other tasks have ended.
        SHUTDOWN,
        /// A thread of the run was interrupted from outside.
        INTERRUPTED,
        /// No task of the scheduler could ever go on. Only schedulers that [look for
        /// deadlocks][Scheduler.Builder#detectDeadlocks] have this reason.
        DEADLOCK
    }

    private final Source source;
    private final String scope;
    private final String text;
    private final @Nullable String task;

    /// @param task null if no task cancelled the scope
    CancelReason(Source source, String scope, String text, @Nullable String task) {
        this.source = source;
        this.scope = scope;
        this.text = text;
        this.task = task;
    }

    /// Returns the kind of the reason.
    public Source source() {
        return source;
    }

    /// Returns the name of the scope that was cancelled.
    public String scope() {
        return scope;
    }

    /// Returns the reason in words.
    public String text() {
        return text;
    }

    /// Returns the path of the task that cancelled the scope; null if it was a timer or a thread from
    /// outside. A text, so that it does not keep the task alive.
    public @Nullable String task() {
        return task;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CancelReason reason && source == reason.source && scope.equals(reason.scope)
                && text.equals(reason.text) && Objects.equals(task, reason.task);
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, scope, text, task);
    }

    @Override
    public String toString() {
        return text + (task == null ? "" : " (by task '" + task + "')");
    }
}
