package dev.structured.testing;

import dev.structured.core.Instrument;
import dev.structured.core.ParkingLot;
import dev.structured.core.Platform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A platform whose time stands still while a thread runs, and jumps to the next deadline when all threads
/// wait.
///
/// ```java
/// Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
/// scheduler.run("a long night", () -> Checkpoints.sleep(Duration.ofHours(8))); // over at once
/// ```
///
/// Time starts at zero. Tasks run on real virtual threads, in the order in which the machine runs them; only
/// the time is virtual. A task that blocks in foreign code (a socket, `Thread.sleep`) counts as running, so
/// time waits for it. It also waits for [threads that belong to no task][#startForeign].
///
/// Give each scheduler under test a clock of its own. **Thread-safe.**
public final class VirtualClock implements Platform {
    /*
     * Every thread of the platform is either running or parked; `running` counts the former. It is exact,
     * because a thread that wakes a parked thread counts it as running before it does so. When the count
     * comes to zero, nothing can happen by itself: the threads in settle() are woken, or if there are none
     * the time jumps to the next alarm.
     *
     * Only one thread at a time makes things happen (`advancing`), and always outside the lock, because
     * ringing an alarm wakes tasks, which calls this class again.
     */
    private static final long NEVER = Long.MAX_VALUE;
    /// The end of time. An alarm that is set for never does not ring even then.
    private static final long LAST = NEVER - 1;

    private final Platform real = Platform.system();
    private final boolean jumpsByItself;
    private final ParkingLot settling = new ParkingLot();
    private final Object lock = new Object();

    /// All guarded by the lock, except that the time may be read without it.
    private volatile long now;
    private final Map<Thread, Parker> parkers = new HashMap<>();
    private final List<VirtualAlarm> alarms = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();
    /// The number of wake-ups, so that a standstill is examined only once.
    private long wakes;
    private long lookedAt = -1;
    private int running;
    private boolean advancing;

    /// The wait of one thread. Guarded by the lock.
    private static final class Parker {
        boolean parked;
        boolean permit;
        /// The number of times that it has been adopted after the first.
        int depth;
    }

    private VirtualClock(boolean jumpsByItself) {
        this.jumpsByItself = jumpsByItself;
    }

    /// Returns a clock at zero that jumps to the next deadline whenever every task waits.
    public VirtualClock() {
        this(true);
    }

    /// Returns a clock at zero that moves only by [#jump].
    public static VirtualClock manual() {
        return new VirtualClock(false);
    }

    /// Returns the time since the clock's start.
    public Duration now() {
        return Duration.ofNanos(now);
    }

    /// Moves the time forward. Deadlines that have passed then are noticed at the next checkpoints, or at
    /// once if every task waits. The time ends after 292 years: a longer jump ends there. **Not a
    /// checkpoint.**
    ///
    /// @throws IllegalArgumentException if the duration is negative
    public void jump(Duration duration) {
        if (duration.isNegative())
            throw new IllegalArgumentException("The time cannot be moved back: " + duration);
        synchronized (lock) {
            now = duration.compareTo(Duration.ofNanos(LAST - now)) < 0 ? now + duration.toNanos() : LAST;
        }
        advance();
    }

    /// Waits until every other task waits. **Checkpoint.** Comes before any jump of the clock.
    public void settle() {
        settling.park();
    }

    /* --- The platform --- */

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void start(String name, Runnable body) {
        startCounted(counted -> real.start(name, counted), body);
    }

    @Override
    public void startForeign(String name, Runnable body) {
        startCounted(counted -> real.startForeign(name, counted), body);
    }

    /// Counts the thread as running before it starts, so that there is no moment in which it is not counted.
    private void startCounted(Consumer<Runnable> starter, Runnable body) {
        synchronized (lock) {
            running++;
        }
        boolean started = false;
        try {
            starter.accept(() -> {
                register();
                try {
                    body.run();
                } finally {
                    release();
                }
            });
            started = true;
        } finally {
            if (!started) stopped();
        }
    }

    @Override
    public void adopt() {
        synchronized (lock) {
            Parker known = parkers.get(Thread.currentThread());
            if (known != null) {
                known.depth++;
                return;
            }
            running++;
        }
        register();
    }

    private void register() {
        synchronized (lock) {
            parkers.put(Thread.currentThread(), new Parker());
        }
    }

    @Override
    public void release() {
        synchronized (lock) {
            Parker me = parkers.get(Thread.currentThread());
            if (me != null && me.depth-- > 0) return;
            parkers.remove(Thread.currentThread());
        }
        stopped();
    }

    private void stopped() {
        synchronized (lock) {
            running--;
        }
        advance();
    }

    @Override
    public void park(Object blocker) {
        ringPassed();
        Parker me;
        synchronized (lock) {
            Parker known = parkers.get(Thread.currentThread());
            if (known == null) throw new IllegalStateException("This thread is not one of the clock's");
            me = known;
            if (me.permit) {
                me.permit = false;
                return;
            }
            me.parked = true;
            running--;
        }
        advance();
        while (isParked(me)) {
            LockSupport.park(blocker);
            if (Thread.currentThread().isInterrupted()) wake(me);
        }
    }

    private boolean isParked(Parker parker) {
        synchronized (lock) {
            return parker.parked;
        }
    }

    private void wake(Parker parker) {
        synchronized (lock) {
            if (parker.parked) {
                parker.parked = false;
                running++;
                wakes++;
            }
        }
    }

    @Override
    public void unpark(Thread thread) {
        synchronized (lock) {
            Parker parker = parkers.get(thread);
            if (parker == null) return;
            if (!parker.parked) {
                parker.permit = true;
                return;
            }
            wake(parker);
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        real.interrupt(thread);
    }

    @Override
    public void yieldNow() {
        ringPassed();
        real.yieldNow();
    }

    @Override
    public Alarm alarm(Runnable ring) {
        VirtualAlarm alarm = new VirtualAlarm(ring);
        synchronized (lock) {
            alarms.add(alarm);
        }
        return alarm;
    }

    private final class VirtualAlarm implements Alarm {
        final Runnable ring;
        /// Guarded by the lock.
        long at = NEVER;

        /// @param ring may throw: the time, and the other alarms, go on
        VirtualAlarm(Runnable ring) {
            this.ring = () -> guarded(ring);
        }

        @Override
        public void set(long nanos) {
            synchronized (lock) {
                at = nanos;
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                alarms.remove(this);
            }
        }
    }

    /// The exception is not that of the thread which happens to move the time.
    @SuppressWarnings("SwallowedCancelled") // of the code that rings, which is no task's
    private static void guarded(Runnable ring) {
        try {
            ring.run();
        } catch (Throwable thrown) {
            Instrument.reportDropped(thrown);
        }
    }

    /// Returns the system's platform: a task in foreign code that has swallowed an interrupt is interrupted
    /// again in real time, since virtual time stands still.
    @Override
    public Platform ofForeignCode() {
        return real;
    }

    @Override
    public Alarm watch(Duration pause, Runnable look) {
        Watch watch = new Watch(look);
        synchronized (lock) {
            watches.add(watch);
        }
        return watch;
    }

    /// Called when no thread runs and no alarm is set.
    private final class Watch implements Alarm {
        final Runnable look;

        Watch(Runnable look) {
            this.look = look;
        }

        @Override
        public void set(long nanos) {
            // It is not for a time.
        }

        @Override
        public void close() {
            synchronized (lock) {
                watches.remove(this);
            }
        }
    }

    /* --- Making time pass --- */

    /// Performs one action after the other, while every thread waits.
    private void advance() {
        while (true) {
            Runnable next;
            synchronized (lock) {
                if (running > 0 || advancing) return;
                next = next();
                if (next == null) return;
                advancing = true;
            }
            try {
                next.run();
            } finally {
                synchronized (lock) {
                    advancing = false;
                }
            }
        }
    }

    /// Returns the next action while every thread waits; null if there is none. Holding the lock.
    private @Nullable Runnable next() {
        if (settling.statistics().waiting() > 0) return settling::unparkAll;
        VirtualAlarm due = takeDue(jumpsByItself);
        if (due != null) return due.ring;
        if (watches.isEmpty() || lookedAt == wakes) return null;
        lookedAt = wakes;
        List<Watch> all = List.copyOf(watches);
        return () -> all.forEach(watch -> guarded(watch.look));
    }

    /// Rings the alarms whose time has come while threads run: after a [#jump] from inside a task.
    private void ringPassed() {
        while (true) {
            VirtualAlarm due;
            synchronized (lock) {
                due = takeDue(false);
            }
            if (due == null) return;
            due.ring.run();
        }
    }

    /// Takes the alarm that rings next, if its time has come or if this may move the time to it. Holding the
    /// lock.
    private @Nullable VirtualAlarm takeDue(boolean jump) {
        VirtualAlarm next = null;
        for (VirtualAlarm alarm : alarms) {
            if (next == null || alarm.at < next.at) next = alarm;
        }
        if (next == null || next.at == NEVER || (next.at > now && !jump)) return null;
        now = Math.max(now, next.at);
        next.at = NEVER;
        return next;
    }
}
