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

/// What the kernel writes into a flight recording. Nothing is made, and no clock is read, while none is going on.
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

        static @Nullable TaskEvent begun() {
            TaskEvent event = new TaskEvent();
            if (!event.isEnabled()) return null;
            event.begin();
            return event;
        }

        void ended(Task<?> task) {
            end();
            if (!shouldCommit()) return;
            path = task.path();
            outcome = task.state().name().toLowerCase(Locale.ROOT);
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

        void ended(CancelScope scope, Task<?> task) {
            end();
            if (!shouldCommit()) return;
            CancelReason reason = scope.reason();
            this.scope = scope.name();
            this.task = task.path();
            cancelled = reason == null ? "" : reason.source().name().toLowerCase(Locale.ROOT) + ": " + reason;
            caught = scope.cancelledCaught();
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

        static void emit(Task<?> task, long nanos) {
            StuckEvent event = new StuckEvent();
            if (!event.isEnabled()) return;
            event.path = task.path();
            event.cancelledFor = nanos;
            event.stack = stackOf(task);
            event.commit();
        }
    }

    private static String stackOf(Task<?> task) {
        StringBuilder lines = new StringBuilder();
        for (StackTraceElement frame : task.stackTrace()) lines.append(frame).append('\n');
        return lines.toString();
    }
}
