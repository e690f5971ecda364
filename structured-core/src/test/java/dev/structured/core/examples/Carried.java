package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.Propagator;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.io.PrintStream;

/// What libraries bind to a thread goes along to the threads of the tasks: a thread-local, a scoped value.
final class Carried {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();

    private Carried() {}

    /// Stands for a logging library's context, such as the MDC of SLF4J.
    private static final class LogContext {
        private static final ThreadLocal<String> TEXT = ThreadLocal.withInitial(() -> "nothing");

        static String get() {
            return TEXT.get();
        }

        static void set(String text) {
            TEXT.set(text);
        }

        static void clear() {
            TEXT.remove();
        }
    }

    static void main() {
        run(Scheduler.builder(), System.out);
    }

    static void run(Scheduler.Builder settings, PrintStream stream) {
        // @start region=settings
        Propagator logContext = task -> {
            String context = LogContext.get(); // on the thread that starts the task
            return () -> {
                LogContext.set(context); // on the thread of the task
                try {
                    task.run();
                } finally {
                    LogContext.clear(); // a worker thread is used again
                }
            };
        };
        Scheduler scheduler = settings.propagator(logContext).rebind(USER).build();
        // @end
        Transcript out = new Transcript(scheduler, stream);
        // @start region=use
        LogContext.set("r-42");
        ScopedValue.where(USER, "ann").run(() -> scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("first", () -> {
                tell(out);
                LogContext.set("r-42, retried"); // seen by this task and those that it starts
                nursery.startSoon("second", () -> tell(out));
            });
        })));
        // @end
        LogContext.clear();
        scheduler.close();
    }

    private static void tell(Transcript out) {
        out.say(Task.current().name() + ": log context " + LogContext.get() + ", user " + USER.get());
    }
}
