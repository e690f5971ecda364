package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.Checkpoints;
import dev.structured.core.ValueBody;
import dev.structured.core.sync.CapacityLimiter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A group of platform threads for [blocking work][Blocking], with a limit of its own.
///
/// ```java
/// static final Workers IMAGES = new Workers("images", Runtime.getRuntime().availableProcessors());
///
/// Image small = IMAGES.call(() -> scale(image)); // in a task
/// ```
///
/// A group is only a name, a limit and statistics. All groups share one pool of threads, and idle threads end
/// after some seconds, so a group need not be closed. **Thread-safe.**
public final class Workers {
    private static final System.Logger LOG = System.getLogger(Workers.class.getName());

    /// Enough threads to hide the time that disks and name servers take, and few enough that their stacks
    /// take only some megabytes. Give computations a group of their own, with as many threads as there are
    /// processors.
    private static final int SHARED_THREADS = 64;
    private static final Workers SHARED = new Workers("blocking",
            Math.max(SHARED_THREADS, Runtime.getRuntime().availableProcessors()));

    private final String name;
    private final ThreadLimit limit;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicLong abandonedInTotal = new AtomicLong();
    private final AtomicLong lateErrors = new AtomicLong();

    /// Makes a group for up to `threads` pieces of work at once; more wait, first come first served.
    ///
    /// @param name first part of the names of its threads
    /// @throws IllegalArgumentException if `threads` is less than one
    public Workers(String name, int threads) {
        this(name, limitOf(name, threads));
    }

    private static ThreadLimit limitOf(String name, int threads) {
        if (threads < 1) throw new IllegalArgumentException("There must be at least one thread: " + threads);
        return ThreadLimit.of(new CapacityLimiter("threads of " + name, threads));
    }

    /// Makes a group with a limit of its own.
    ///
    /// @param name first part of the names of its threads
    /// @param limit decides when a piece of work gets a thread
    public Workers(String name, ThreadLimit limit) {
        this.name = name;
        this.limit = limit;
    }

    /// Returns the group that all programs in this JVM share, which [Blocking] uses: 64 threads, or as many
    /// as there are processors if those are more.
    public static Workers shared() {
        return SHARED;
    }

    /// Runs the body on a worker thread, waits for its end even if the task is cancelled, and returns its
    /// value.
    /// **Checkpoint**, but not while the body runs: see [OnCancel#WAIT].
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body) throws X {
        return call(OnCancel.WAIT, body);
    }

    /// Runs the body on a worker thread and returns its value. **Checkpoint.**
    ///
    /// @param policy says what happens to the body when the task is cancelled
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <T extends @Nullable Object, X extends Exception> T call(OnCancel policy, ValueBody<T, X> body)
            throws X {
        return perform(policy, null, body);
    }

    private <T extends @Nullable Object> T perform(OnCancel policy, @Nullable Canceller canceller,
            ValueBody<T, ?> body) {
        Checkpoints.checkCancelled();
        Work.requireStack();
        Work<T> work = new Work<>(this, policy, canceller, body);
        work.awaitPermit();
        return work.perform();
    }

    /// Runs the body on a worker thread, stops it by the canceller if the task is cancelled, and returns its
    /// value. **Checkpoint.** See [Blocking#onCancel(Body, ValueBody)].
    ///
    /// @param canceller makes the body end soon; called on the task's thread
    /// @throws X if the body throws it, unless the canceller was called before
    /// @throws IllegalStateException if the calling thread runs no task
    public <T extends @Nullable Object, X extends Exception> T onCancel(Body<?> canceller,
            ValueBody<T, X> body) throws X {
        return perform(OnCancel.INTERRUPT, new Canceller(canceller), body);
    }

    /// Runs the body on a worker thread, and stops it by the canceller if the task is cancelled.
    /// **Checkpoint.** See [Blocking#onCancel(Body, ValueBody)].
    ///
    /// @param canceller makes the body end soon; called on the task's thread
    /// @throws X if the body throws it, unless the canceller was called before
    /// @throws IllegalStateException if the calling thread runs no task
    public <X extends Exception> void onCancel(Body<?> canceller, Body<X> body) throws X {
        this.<@Nullable Void, X>onCancel(canceller, () -> {
            body.run();
            return null;
        });
    }

    /// Runs the body on a worker thread and waits for its end, even if the task is cancelled. **Checkpoint**,
    /// but not while the body runs: see [OnCancel#WAIT].
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <X extends Exception> void run(Body<X> body) throws X {
        run(OnCancel.WAIT, body);
    }

    /// Runs the body on a worker thread. **Checkpoint.**
    ///
    /// @param policy says what happens to the body when the task is cancelled
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task
    public <X extends Exception> void run(OnCancel policy, Body<X> body) throws X {
        call(policy, () -> {
            body.run();
            return null;
        });
    }

    /* --- Statistics --- */

    /// The statistics of a group at one moment.
    ///
    /// @param running the number of threads for which a task waits
    /// @param waiting the number of tasks that wait for a permit
    /// @param abandoned the number of threads that still work although their task was cancelled and
    ///     has left; they have their permits
    /// @param abandonedInTotal the number of threads that were ever abandoned
    /// @param lateErrors the number of abandoned threads that ended with an error, which is logged
    public record Statistics(int running, int waiting, int abandoned, long abandonedInTotal,
            long lateErrors) {}

    /// Returns its statistics. **Thread-safe.** The numbers are read one after the other.
    public Statistics statistics() {
        return new Statistics(running.get(), limit.waiting(), abandoned.get(), abandonedInTotal.get(),
                lateErrors.get());
    }

    /// Returns the name given when it was made.
    public String name() {
        return name;
    }

    ThreadLimit limit() {
        return limit;
    }

    void started() {
        running.incrementAndGet();
    }

    /// The task of a thread that works has left.
    void abandoned() {
        running.decrementAndGet();
        abandoned.incrementAndGet();
        abandonedInTotal.incrementAndGet();
    }

    /// @param left true if its task had left
    void ended(boolean left) {
        (left ? abandoned : running).decrementAndGet();
    }

    void lateError(Work<?> work, Throwable error) {
        lateErrors.incrementAndGet();
        log(System.Logger.Level.WARNING,
                "After its task had been cancelled and had left, the " + work + " failed",
                error);
    }

    /// The work has ended because of its canceller.
    void stopped(Work<?> work, Throwable error) {
        log(System.Logger.Level.DEBUG, "After its canceller had been called, the " + work + " failed", error);
    }

    /// Throws nothing: the error may be unable to describe itself, and the logger unable to log.
    @SuppressWarnings("SwallowedCancelled") // of the error's own code; the next checkpoint throws again
    private static void log(System.Logger.Level level, String what, Throwable error) {
        try {
            LOG.log(level, what, error);
        } catch (Throwable cannotTell) {
            logWithout(level, what + ": " + error.getClass().getName());
        }
    }

    @SuppressWarnings("SwallowedCancelled") // of the logger's own code; the next checkpoint throws again
    private static void logWithout(System.Logger.Level level, String what) {
        try {
            LOG.log(level, what);
        } catch (Throwable cannotLog) {
            // there is no other place
        }
    }

    @Override
    public String toString() {
        return "Workers[" + name + " " + statistics() + "]";
    }
}
