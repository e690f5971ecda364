package dev.structured.core;

import java.time.Duration;

/// The time, the threads and the parking that the kernel uses: its only connection to the machine.
///
/// Programs use [#system()]. Tests put another platform under the same kernel, such as a clock that jumps by
/// itself: nothing else in the kernel reads the time, starts a thread, parks or interrupts one.
///
/// An implementation may rely on the following: [#park] is called by a thread that [#start] or
/// [#startForeign] started or that has called [#adopt]; a thread is woken only by [#unpark] or [#interrupt];
/// and no lock of the kernel is held during `start`, `startForeign`, `park`, `unpark`, `yieldNow` and
/// `racePoint`.
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

    /// Starts a daemon thread for code that belongs to no task and would occupy a carrier of virtual threads:
    /// it computes for long, or blocks where a virtual thread cannot release its carrier. The thread may
    /// park. While it does not, it counts as running, so a virtual clock stands still.
    ///
    /// Unless overridden, starts a thread like any other, for platforms that have only one kind.
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

    /// Makes the thread's current [#park] return, or its next one if it is not parked.
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

    /// Lets other threads run if the calling thread has gone on for long enough without. Called now and then
    /// by a task that never waits.
    ///
    /// Always lets them run unless overridden, for platforms whose clock may stand still while a task runs.
    ///
    /// @param nanos the time for which it has gone on at least
    /// @return true if it has let others run
    default boolean yieldAfter(long nanos) {
        yieldNow();
        return true;
    }

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

    /// Returns the platform for code that this platform cannot observe: this one, unless its time is virtual
    /// and stands still while such code runs. It is asked only for alarms and the time.
    default Platform ofForeignCode() {
        return this;
    }

    /// Calls `look` from time to time until closed, holding no lock. The real machine does so after each
    /// pause; a platform that knows when none of its threads runs and no alarm is set does so at those times
    /// instead.
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
