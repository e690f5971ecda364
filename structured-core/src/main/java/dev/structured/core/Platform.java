package dev.structured.core;

import java.time.Duration;

/// The time, the threads and the parking that the kernel uses. Its one seam.
///
/// Programs use [#system()]. Tests put another platform under the same kernel, such as a clock that jumps by
/// itself: nothing else in the kernel reads the time, starts a thread, parks or interrupts one.
///
/// An implementation may count on this much: [#park] is called by a thread that [#start] or [#startForeign]
/// started or that has called [#adopt]; a thread is woken only by [#unpark] or [#interrupt]; and no lock of
/// the kernel is held during `start`, `startForeign`, `park`, `unpark`, `yieldNow` and `racePoint`.
public interface Platform {

    /// Returns the real machine: [System#nanoTime()], virtual threads, `LockSupport`.
    static Platform system() {
        return SystemPlatform.INSTANCE;
    }

    /// Returns the time in nanoseconds since an arbitrary start; never negative, never going back.
    long nanoTime();

    /// Starts a thread that runs `body` and then ends.
    ///
    /// @throws OutOfMemoryError or another error if there can be no more threads; `body` is then not run
    void start(String name, Runnable body);

    /// Starts a daemon thread for code that is no task's, and that would keep a carrier of virtual threads to
    /// itself: it computes for long, or blocks where a virtual thread cannot let go of its carrier. The
    /// thread may park, and counts as running while it does not: a virtual time does not move.
    ///
    /// Unless overridden, a thread like any other, for a platform that knows but one kind of them.
    ///
    /// @param name of the thread while it runs `body`
    /// @throws OutOfMemoryError or another error if there can be no more threads; `body` is then not run
    default void startForeign(String name, Runnable body) {
        start(name, body);
    }

    /// Makes the calling thread one of this platform's, until it calls [#release]. May be called again
    /// in between: each call has a release of its own.
    void adopt();

    /// Undoes the last [#adopt] that has not been undone.
    void release();

    /// Blocks the calling thread until it is unparked or interrupted; may also return for no reason.
    ///
    /// @param blocker the thing that the thread waits for, as thread dumps show it
    void park(Object blocker);

    /// Makes the thread's current, or else its next, [#park] return.
    void unpark(Thread thread);

    /// Interrupts the thread.
    void interrupt(Thread thread);

    /// Returns true if the thread, which may be any of this platform's, has been interrupted and has not
    /// noticed yet.
    default boolean isInterrupted(Thread thread) {
        return thread.isInterrupted();
    }

    /// Lets other threads run.
    void yieldNow();

    /// Marks a place between two steps of the kernel where other threads may get in. The real machine lets
    /// them in anywhere; a platform that runs one thread at a time may let another run here. Does nothing
    /// unless overridden.
    ///
    /// The calling thread need not be one of this platform's.
    ///
    /// @param where names the place
    default void racePoint(String where) {}

    /// Returns an alarm that calls `ring` when its time has come. A scheduler has one.
    Alarm alarm(Runnable ring);

    /// Returns the platform in whose time code lives that this one does not know of: this one, unless its
    /// time is made up and stands still while such code runs. Only alarms and the time are asked of it.
    default Platform ofForeignCode() {
        return this;
    }

    /// Calls `look` from time to time, holding no lock: on the real machine after each pause; a platform that
    /// knows when none of its threads runs, and no alarm is set, calls it then instead. Until closed.
    ///
    /// @param pause between two calls, in real time
    Alarm watch(Duration pause, Runnable look);

    /// Calls back once at a given time.
    interface Alarm extends AutoCloseable {
        /// Rings at `nanos`, or at once if that time has passed, instead of at the time set before. It may
        /// ring for no reason.
        ///
        /// @param nanos [Long#MAX_VALUE] for never
        void set(long nanos);

        /// Never rings again.
        @Override
        void close();
    }
}
