package dev.structured.testing;

import dev.structured.core.Body;
import dev.structured.core.Instrument;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskTree;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The run of one test: its scheduler, its clock, and the treatment of tasks that do not end.
final class TestRun implements AutoCloseable {
    /// The time that interrupted tasks have to end before they are given up.
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    private final Map<Task<?>, Thread> tasks = new ConcurrentHashMap<>();
    private final @Nullable VirtualClock clock;
    private final Scheduler scheduler;

    TestRun(StructuredTest settings) {
        Scheduler.Builder builder = Scheduler.builder().instrument(new Instrument() {
            @Override
            public void taskStarted(Task<?> task) {
                tasks.put(task, Thread.currentThread());
            }

            @Override
            public void taskEnded(Task<?> task) {
                tasks.remove(task);
            }
        });
        clock = settings.realTime() ? null : new VirtualClock();
        if (clock != null) builder.platform(clock);
        if (settings.detectDeadlocks()) builder.detectDeadlocks(Duration.ofSeconds(1));
        scheduler = builder.build();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /// Returns its clock; null on the real machine.
    @Nullable
    VirtualClock clock() {
        return clock;
    }

    /// Runs the body as a run, and fails if it does not end in time or leaves something behind.
    void run(String name, long limitNanos, Body<Exception> body) throws Throwable {
        Attempt attempt = Attempt.start(name, () -> scheduler.run(name, body));
        Throwable wrong = attempt.await(limitNanos) ? leaked(name) : hung(name, attempt);
        Throwable thrown = attempt.thrown();
        if (wrong == null) wrong = thrown;
        else if (thrown != null) wrong.addSuppressed(thrown);
        if (wrong != null) throw wrong;
    }

    private AssertionError hung(String name, Attempt attempt) {
        boolean interrupted = Thread.interrupted(); // by a limit of JUnit's own; it would cut the wait short
        String left = tasks();
        interruptTasks();
        boolean ended = attempt.await(PATIENCE);
        if (interrupted) Thread.currentThread().interrupt();
        return new AssertionError("Test '" + name + "' hangs: it "
                + (interrupted
                        ? "had not ended when JUnit's thread was interrupted"
                        : "did not end within its limit")
                + ". Its tasks were:\n"
                + left
                + (ended ? "" : "It ignored interrupts, and goes on during the tests that follow.\n"));
    }

    private @Nullable AssertionError leaked(String name) {
        int runs = scheduler.statistics().runs();
        if (runs == 0) return null;
        String left = tasks();
        interruptTasks();
        return new AssertionError(
                "Test '" + name + "' has left " + (runs == 1 ? "a run" : runs + " runs") + " behind:\n" + left
                        + "Wait for the end of every run that the test starts besides its own.");
    }

    /// Returns the tasks that have not ended, with their stacks.
    private String tasks() {
        return TaskTree.withStacks(scheduler).text();
    }

    private void interruptTasks() {
        tasks.values().forEach(Thread::interrupt);
    }

    /// Ends the tasks that are left, and gives up those that do not end.
    @Override
    public void close() {
        Attempt.start("close", scheduler::close).await(PATIENCE);
    }
}
