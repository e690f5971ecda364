package dev.structured.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The real machine. The only class of the kernel that reads the time, starts threads and parks them.
final class SystemPlatform implements Platform {
    // Invariant 8: all that touches time, threads and parking is in here.
    static final SystemPlatform INSTANCE = new SystemPlatform(true);
    /// Needs no carrier thread: see [Rehearsal].
    static final SystemPlatform WITHOUT_CARRIERS = new SystemPlatform(false);

    private static final System.Logger LOG = System.getLogger(Platform.class.getName());
    private static final int YIELDS_A_SLEEP = 64;
    /// How long a thread goes on before it yields, and on average before it sleeps: see decision 0135.
    private static final long TURN = 100_000;
    private static final long TIME_A_SLEEP = 4_000_000;
    private static final long ORIGIN = System.nanoTime();

    /// Whether tasks run on virtual threads.
    private final boolean virtual;

    private SystemPlatform(boolean virtual) {
        this.virtual = virtual;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() - ORIGIN;
    }

    @Override
    public void start(String name, Runnable body) {
        if (virtual) Thread.ofVirtual().name(name).start(body);
        else
            Thread.ofPlatform().daemon().name(name).start(body);
    }

    @Override
    public void startForeign(String name, Runnable body) {
        ForeignThread
                .start(new ForeignThread.Work(name, body, Thread.currentThread().getContextClassLoader()));
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

    /// A virtual thread that yields goes to the end of its own carrier's queue, and carriers look into each
    /// other's queues, and into that of threads woken from elsewhere, only when their own is empty. Two
    /// threads that do nothing but yield can keep two carriers from all others for as long as they like (seen
    /// for 30 s on JDK 25). So now and then a yield is a short sleep, which leaves the queue empty for a
    /// moment.
    @Override
    public void yieldNow() {
        yieldOrSleep(ThreadLocalRandom.current().nextInt(YIELDS_A_SLEEP) == 0);
    }

    /// The longer a thread has gone on, the more likely is the sleep: so threads that are woken from
    /// elsewhere wait for some milliseconds, however long the steps of the thread are.
    @Override
    public boolean yieldAfter(long nanos) {
        if (nanos < TURN) return false;
        yieldOrSleep(ThreadLocalRandom.current().nextLong(TIME_A_SLEEP) < nanos);
        return true;
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield is all that is asked for: fairness, never correctness
    private void yieldOrSleep(boolean sleep) {
        if (sleep) sleepShortly();
        else
            Thread.yield();
    }

    /// A thread does not sleep while its interrupt flag is set, or while it has a permit, which may come from
    /// an interrupt or from a thread that decided a wait before this one parked for it. Even a cancelled
    /// thread that goes on must not keep its carrier to itself.
    private void sleepShortly() {
        boolean flagged = Thread.interrupted();
        try {
            LockSupport.parkNanos(this, 1); // takes a permit if there is one
            LockSupport.parkNanos(this, 1);
        } finally {
            if (flagged) Thread.currentThread().interrupt();
        }
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return new ThreadAlarm(ring);
    }

    @Override
    public Alarm watch(Duration pause, Runnable look) {
        Watch watch = new Watch(Math.max(1_000_000, Nanos.of(pause)), look);
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
            set(Nanos.after(INSTANCE.nanoTime(), pause));
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

    /// A daemon thread that sleeps until the time set. A platform thread, so that a deadline is kept even
    /// while every carrier of the virtual threads is busy. Started by the first [#set].
    ///
    /// Most deadlines are taken back before they come. So setting a later time does not wake the thread: it
    /// sees the new time when it wakes for the earlier one. A steady stream of equal timeouts wakes it about
    /// once a timeout.
    ///
    /// The setter writes `at`, then looks at `sleepsUntil`; the thread writes `sleepsUntil`, then looks at
    /// `at`. So one of the two sees an earlier time.
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

        /// Rings, and survives every exception: this thread keeps all deadlines of a scheduler.
        private void ring() {
            try {
                ring.run();
            } catch (Throwable thrown) {
                Words.log(LOG, System.Logger.Level.ERROR, "An alarm could not be acted upon", thrown);
            }
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
                    ring();
                } else {
                    sleepsUntil = wanted;
                    if (at == wanted && !closed) LockSupport.parkNanos(this, wait);
                    sleepsUntil = NEVER;
                    // There is no reason to interrupt it; a flag left set would make it spin.
                    Thread.interrupted();
                }
            }
        }
    }

    /// A daemon platform thread for code that belongs to no task. A thread without work is kept for some
    /// seconds: making a new one takes about 140 µs of CPU time, handing work to one that waits takes 9 µs.
    /// See decision 0024.
    ///
    /// ```
    ///   start() ──▶ WORKING ── its work ends ──▶ IDLE ── KEPT passes ──▶ ended
    ///                  ▲                          │
    ///                  └─────── start() ──────────┘
    /// ```
    ///
    /// It is IDLE while it is in the queue. The thread that takes it out decides what comes next: work, which
    /// it then hands over in any case, or the end. Work goes to the thread that has been idle for the
    /// shortest time, so that threads which are not needed do end.
    ///
    /// Between two uses its interrupt flag, name, priority, handler and class loader are reset. Values that a
    /// use leaves in thread-locals cannot be reset, and last as long as the thread.
    private static final class ForeignThread implements Runnable {
        private static final long KEPT = TimeUnit.SECONDS.toNanos(10);
        private static final String IDLE_NAME = "structured-idle";
        /// Guarded by itself.
        private static final ArrayDeque<ForeignThread> IDLE = new ArrayDeque<>();

        record Work(String name, Runnable body, @Nullable ClassLoader loader) {}

        private final Thread thread;
        /// Null while it is idle. Written by the thread that has taken it out of the queue.
        private volatile @Nullable Work work;

        private ForeignThread(Work first) {
            work = first;
            thread = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).unstarted(this);
        }

        static void start(Work work) {
            ForeignThread idle;
            synchronized (IDLE) {
                idle = IDLE.pollLast();
            }
            if (idle == null) {
                new ForeignThread(work).thread.start();
            } else {
                idle.work = work;
                LockSupport.unpark(idle.thread);
            }
        }

        @Override
        public void run() {
            for (Work next = work; next != null; next = awaitWork()) {
                perform(next);
                work = null;
            }
        }

        private void perform(Work next) {
            thread.setName(next.name());
            thread.setContextClassLoader(next.loader());
            try {
                next.body().run();
            } catch (Throwable thrown) { // reported as if the thread had ended by it
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            } finally {
                putBack();
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // undoes what the code may have set
        private void putBack() {
            thread.setName(IDLE_NAME);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            thread.setUncaughtExceptionHandler(null);
            if (thread.getPriority() != Thread.NORM_PRIORITY) thread.setPriority(Thread.NORM_PRIORITY);
            Thread.interrupted();
        }

        /// Returns the next work; null if none has come in time.
        private @Nullable Work awaitWork() {
            synchronized (IDLE) {
                IDLE.addLast(this);
            }
            long end = INSTANCE.nanoTime() + KEPT;
            boolean taken = false;
            while (true) {
                Work next = work;
                if (next != null) return next;
                long left = end - INSTANCE.nanoTime();
                if (taken) LockSupport.park(this);
                else if (left > 0) LockSupport.parkNanos(this, left);
                else if (leave()) return null;
                else
                    taken = true;
                Thread.interrupted(); // a flag left set would make it spin
            }
        }

        /// @return false if another thread has taken this one out, with work that is on its way
        private boolean leave() {
            synchronized (IDLE) {
                return IDLE.remove(this);
            }
        }
    }
}
