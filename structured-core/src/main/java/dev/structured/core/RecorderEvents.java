package dev.structured.core;

import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// The kernel's events in a flight recording. While no recording is going on, no event is made and no clock
/// is read.
final class RecorderEvents {
    private static final String CATEGORY = "Structured concurrency";

    private RecorderEvents() {}

    /// A task, from the start of its code to its end.
    @Name("dev.structured.Task")
    @Label("Task")
    @Description("The life of a task, from the start of its code to its end, on its thread")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class TaskEvent extends Event {
        @Label("Path")
        @Nullable
        String path;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Notes")
        @Description("What was noted about the task, e.g. request=7, attempt=2")
        @Nullable
        String notes;

        static @Nullable TaskEvent begun() {
            TaskEvent event = new TaskEvent();
            if (!event.isEnabled()) return null;
            event.begin();
            return event;
        }

        /// Ends the event now, and returns true if it is to be written.
        boolean isWanted() {
            end();
            return shouldCommit();
        }

        void write(String path, String outcome, String notes) {
            this.path = path;
            this.notes = notes;
            this.outcome = outcome.toLowerCase(Locale.ROOT);
            commit();
        }
    }

    /// A scope, from its entry to its end.
    @Name("dev.structured.Scope")
    @Label("Cancel scope")
    @Description("A cancel scope, from its entry to its end; those of nurseries too")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class ScopeEvent extends Event {
        @Label("Scope")
        @Nullable
        String scope;

        @Label("Task")
        @Nullable
        String task;

        @Label("Why it was cancelled")
        @Description("Empty if it was not")
        @Nullable
        String cancelled;

        @Label("Cancellation absorbed")
        boolean caught;

        static @Nullable ScopeEvent begun() {
            ScopeEvent event = new ScopeEvent();
            if (!event.isEnabled()) return null;
            event.begin();
            return event;
        }

        /// Ends the event now, and returns true if it is to be written.
        boolean isWanted() {
            end();
            return shouldCommit();
        }

        void write(String scope, String task, @Nullable CancelReason reason, boolean caught) {
            this.scope = scope;
            this.task = task;
            this.cancelled = reason == null
                    ? ""
                    : reason.source().name().toLowerCase(Locale.ROOT) + ": " + reason;
            this.caught = caught;
            commit();
        }
    }

    /// A task that is cancelled and goes on.
    @Name("dev.structured.TaskStuck")
    @Label("Stuck task")
    @Description("A task that has been cancelled and goes on")
    @Category(CATEGORY)
    @StackTrace(false)
    static final class StuckEvent extends Event {
        @Label("Path")
        @Nullable
        String path;

        @Label("Cancelled for")
        @Timespan(Timespan.NANOSECONDS)
        long cancelledFor;

        @Label("Where it is")
        @Nullable
        String stack;

        void write(String path, long cancelledFor, StackTraceElement[] stack) {
            StringBuilder lines = new StringBuilder();
            for (StackTraceElement frame : stack) lines.append(frame).append('\n');
            this.path = path;
            this.cancelledFor = cancelledFor;
            this.stack = lines.toString();
            commit();
        }
    }
}
