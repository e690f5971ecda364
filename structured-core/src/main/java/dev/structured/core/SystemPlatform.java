package dev.structured.core;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The real machine. The only class here that reads the time, starts threads and parks them.
final class SystemPlatform implements Platform {
    static final SystemPlatform INSTANCE = new SystemPlatform();

    private static final int YIELDS_A_SLEEP = 64;
    private static final long ORIGIN = System.nanoTime();

    private SystemPlatform() {}

    @Override
    public long nanoTime() {
        return System.nanoTime() - ORIGIN;
    }

    @Override
    public void start(String name, Runnable body) {
        Thread.ofVirtual().name(name).start(body);
    }

    @Override
    public void adopt() {}

    @Override
    public void release() {}

    @Override
    public void park(Object blocker) {
        LockSupport.park(blocker);
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        thread.interrupt();
    }

    /// A virtual thread that yields goes to the end of its own carrier's queue, and carriers look into each other's
    /// queues, and into that of threads woken from elsewhere, only when their own is empty. Two threads that do nothing
    /// but yield can keep two carriers from all others for as long as they like (seen for 30 s on JDK 25). So now and
    /// then a yield is a short sleep, which leaves the queue empty for a moment.
    @Override
    @SuppressWarnings("ThreadPriorityCheck") // a yield is all that is asked for: fairness, never correctness
    public void yieldNow() {
        if (ThreadLocalRandom.current().nextInt(YIELDS_A_SLEEP) == 0) sleepShortly();
        else
            Thread.yield();
    }

    /// A thread cannot sleep with its interrupt flag set, nor with the permit that an interrupt leaves; and one that has
    /// been cancelled and goes on must not keep its carrier either.
    private void sleepShortly() {
        boolean flagged = Thread.interrupted();
        if (flagged) LockSupport.parkNanos(this, 1); // takes the permit
        LockSupport.parkNanos(this, 1);
        if (flagged) Thread.currentThread().interrupt();
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return new ThreadAlarm(ring);
    }

    @Override
    public Alarm watch(Duration pause, Runnable look) {
        Watch watch = new Watch(Math.max(1_000_000, Timeouts.nanos(pause)), look);
        watch.next();
        return watch;
    }

    /// An alarm that sets itself again.
    private static final class Watch implements Alarm {
        private final long pause;
        private final Runnable look;
        private final ThreadAlarm alarm = new ThreadAlarm(this::ring);

        Watch(long pause, Runnable look) {
            this.pause = pause;
            this.look = look;
        }

        private void ring() {
            try {
                look.run();
            } finally {
                next();
            }
        }

        void next() {
            set(Deadlines.after(INSTANCE.nanoTime(), pause));
        }

        @Override
        public void set(long nanos) {
            alarm.set(nanos);
        }

        @Override
        public void close() {
            alarm.close();
        }
    }

    /// A daemon thread that sleeps until the time set. A platform thread, so that a deadline is kept even while
    /// every carrier of the virtual threads is busy. Started by the first [#set].
    ///
    /// Most deadlines are taken back before they come, so a later time does not wake the thread: it finds out when it
    /// wakes for the earlier one. A steady stream of equal timeouts wakes it about once a timeout.
    ///
    /// The setter writes `at`, then looks at `sleepsUntil`; the thread writes `sleepsUntil`, then looks at `at`. So a
    /// time that is earlier is seen by one of the two.
    private static final class ThreadAlarm implements Alarm, Runnable {
        private static final long NEVER = Long.MAX_VALUE;

        private final Runnable ring;
        /// Set once, under this.
        private volatile @Nullable Thread thread;
        private volatile long at = NEVER;
        private volatile long sleepsUntil = NEVER;
        private volatile boolean closed;

        ThreadAlarm(Runnable ring) {
            this.ring = ring;
        }

        @Override
        public void set(long nanos) {
            at = nanos;
            if (nanos == NEVER || closed) return;
            if (thread == null) start();
            else if (nanos < sleepsUntil) LockSupport.unpark(thread);
        }

        private synchronized void start() {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform().daemon().name("structured-deadlines").start(this);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            while (!closed) {
                long wanted = at;
                long wait = wanted == NEVER ? NEVER : wanted - INSTANCE.nanoTime();
                if (wait <= 0) {
                    at = NEVER;
                    ring.run();
                } else {
                    sleepsUntil = wanted;
                    if (at == wanted && !closed) LockSupport.parkNanos(this, wait);
                    sleepsUntil = NEVER;
                    Thread.interrupted(); // nobody has a reason to interrupt it; a flag left set would make it spin
                }
            }
        }
    }
}
