package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Runs once through all parts of the kernel, before the first scheduler is handed out.
///
/// The first use of a class initialises it, and the first use of a lambda, a pattern or a string
/// concatenation links it. If the stack overflows during that, the class is broken until the JVM exits, even
/// if it is one of the JDK's. So the first use happens here, where the stack is as short as it gets.
///
/// Its tasks run on platform threads. The first scheduler may be opened by a virtual thread inside a static
/// initialiser, which holds its carrier while it waits. If there were no other carrier, tasks on virtual
/// threads would never run.
final class Rehearsal {
    private static final Duration LONG = Duration.ofHours(1);
    /// Guarded by the class.
    private static boolean done;

    private Rehearsal() {}

    /// Not a static initialiser, since its tasks run code of this class on other threads.
    static synchronized void once() {
        if (done) return;
        done = true;
        Platform.system().start("rehearsal", () -> {}); // is not awaited
        boolean interrupted = Thread.interrupted();
        Scheduler scheduler = Scheduler.unrehearsed();
        try {
            interrupted |= untilUndisturbed(() -> scheduler.run("rehearsal", Rehearsal::scenes));
        } finally {
            interrupted |= untilUndisturbed(scheduler::close);
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Repeats the step until no interrupt cuts it short: a thread with its flag set may open a scheduler.
    ///
    /// @return whether an interrupt has come; the flag is cleared
    private static boolean untilUndisturbed(Runnable step) {
        boolean interrupted = false;
        while (true) {
            try {
                step.run();
                return Thread.interrupted() || interrupted;
            } catch (ScopeCancelledException e) {
                if (e.reason().source() != CancelReason.Source.INTERRUPTED) throw e;
                interrupted = true;
                Thread.interrupted();
            }
        }
    }

    private static void scenes() {
        Timeouts.failAfter(LONG, () -> Nursery.call(Rehearsal::tasks));
        Timeouts.moveOnAfter(LONG, () -> Checkpoints.sleep(Duration.ofNanos(1))).orElseThrow();
        Cleanup.run(LONG, Checkpoints::checkpoint);
        tooSlow();
        failure(nursery -> {
            nursery.startSoon("failing", Rehearsal::fail);
            Checkpoints.sleepForever();
        });
        failure(_ -> fail());
        failure(nursery -> nursery.use("failing", Rehearsal::fail, LONG));
    }

    private static int tasks(Nursery nursery) {
        nursery.<@Nullable Void, RuntimeException>start("started", status -> {
            status.started(null);
            Checkpoints.sleepForever();
        });
        nursery.startAfter(LONG, "late", () -> {}).tryTakeBack();
        Task<Integer> task = nursery.startSoon("task", () -> 1);
        int value = task.await();
        nursery.scope().cancel();
        return value;
    }

    private static void tooSlow() {
        try {
            Timeouts.failAfter(Duration.ofNanos(1), Checkpoints::sleepForever);
        } catch (TooSlowException expected) {
            // a limit that passes ends so
        }
    }

    private static void failure(Action<Nursery, ?> block) {
        try {
            Nursery.run(block);
        } catch (NurseryFailedException expected) {
            // a nursery that fails ends so
        }
    }

    private static void fail() {
        throw new IllegalStateException("rehearsed");
    }
}
