package dev.structured.core.channel;

import dev.structured.core.Platform;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A lock for some steps in memory. Giving it back is one write without a fence: it need not see whether
/// another thread waits, as a [java.util.concurrent.locks.ReentrantLock] has to.
///
/// ```
///   FREE ──▶ TAKEN     by compare-and-set
///        ◀──           by a release write
/// ```
///
/// Nobody is told when it is given back: a thread that finds it taken looks again, for some microseconds, and
/// then lets other threads run in between. So:
///
/// 1. A thread that has it waits for nothing, except for another such lock by [#tryLockSoon], does not yield,
///    and runs no code of others. So it stays on its carrier, and gives the lock back as soon as the
///    operating system lets it run.
/// 2. A thread that yields has none. It yields by [Platform#yieldNow()], which is a short sleep at times: so
///    even if the JVM takes the thread that has the lock off its carrier, that thread comes to run.
final class BriefLock {
    /// Some microseconds.
    private static final int MOST_SPINS = 128;
    private static final int LONGEST_PAUSE = 16;
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(BriefLock.class, "taken", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean taken;
    /// The thread that has it; known only while assertions are on.
    private @Nullable Thread holder;

    /// Takes the lock, which the calling thread must not have.
    void lock() {
        while (!tryLock())
            awaitFree();
    }

    private boolean tryLock() {
        assert holder != Thread.currentThread()
                : "this thread has the lock already: it would wait for itself";
        if (!TAKEN.compareAndSet(this, false, true)) return false;
        assert isNoted(Thread.currentThread());
        return true;
    }

    /// Returns true.
    private boolean isNoted(@Nullable Thread thread) {
        holder = thread;
        return true;
    }

    /// Takes the lock if it is free, or becomes free within some microseconds. The calling thread may have
    /// others, if all threads take them in one order.
    boolean tryLockSoon() {
        return tryLock() || (isFreeSoon() && tryLock());
    }

    /// Returns when it was free for a moment. The calling thread must have no such lock.
    void awaitFree() {
        while (!isFreeSoon())
            yieldNow();
    }

    /// Looks ever less often. Each look takes the lock's memory away from the core of the thread that has it,
    /// which may take it again, for several steps, in the meantime.
    private boolean isFreeSoon() {
        int pause = 1;
        for (int spins = 0; spins < MOST_SPINS; spins += pause) {
            if (!taken) return true;
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            for (int i = 0; i < pause; i++) Thread.onSpinWait();
        }
        return false;
    }

    /// A yield may need space. Without it the thread looks again.
    private static void yieldNow() {
        try {
            Platform.system().yieldNow();
        } catch (OutOfMemoryError _) {
            Thread.onSpinWait();
        }
    }

    /// Gives the lock back, which the calling thread must have.
    void unlock() {
        assert holder == Thread.currentThread() : "another thread has the lock, or none";
        assert isNoted(null);
        TAKEN.setRelease(this, false);
    }
}
