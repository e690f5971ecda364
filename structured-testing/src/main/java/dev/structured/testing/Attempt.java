package dev.structured.testing;

import dev.structured.core.Body;
import dev.structured.core.Platform;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs code on a thread of its own, so that other threads can limit the time for which they wait for it.
final class Attempt {
    private static final Platform MACHINE = Platform.system();

    private final Body<?> body;
    private final AtomicReference<@Nullable Thread> waiter = new AtomicReference<>();
    private volatile @Nullable Throwable thrown;
    private volatile boolean ended;

    private Attempt(Body<?> body) {
        this.body = body;
    }

    static Attempt start(String name, Body<?> body) {
        Attempt attempt = new Attempt(body);
        MACHINE.start(name, attempt::run);
        return attempt;
    }

    @SuppressWarnings("SwallowedCancelled") // no task runs here; it is reported
    private void run() {
        try {
            body.run();
        } catch (Throwable t) {
            thrown = t;
        }
        ended = true;
        Thread waiting = waiter.get();
        if (waiting != null) MACHINE.unpark(waiting);
    }

    /// Waits until the code has ended, `nanos` have passed, or the calling thread is interrupted, whose flag
    /// then stays set.
    ///
    /// @return true if it has ended
    boolean await(long nanos) {
        Thread me = Thread.currentThread();
        waiter.set(me);
        long now = MACHINE.nanoTime();
        long end = nanos < Long.MAX_VALUE - now ? now + nanos : Long.MAX_VALUE;
        try (Platform.Alarm alarm = MACHINE.alarm(() -> MACHINE.unpark(me))) {
            alarm.set(end);
            while (!ended && MACHINE.nanoTime() < end && !me.isInterrupted())
                MACHINE.park(this);
        }
        return ended;
    }

    /// Returns the throwable of the code; null if there is none, or if it has not ended.
    @Nullable
    Throwable thrown() {
        return thrown;
    }
}
