package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/// What the tests on the real machine share: a scheduler, patience with a limit, and the check that nothing
/// is left behind, on the calling thread either.
abstract class RealTest {
    /// Far beyond anything that happens in a test, and far below the time that a broken one would take.
    static final Duration LONG = Duration.ofSeconds(40);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    final Scheduler scheduler = Scheduler.builder().instrument(new Instrument() {
        @Override
        public void taskStuck(Task<?> task, long nanos) {
            stuck(task, nanos);
        }
    }).build();

    void stuck(Task<?> task, long nanos) {}

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    /// Lets other threads run, while a loop waits for what they do.
    @SuppressWarnings("ThreadPriorityCheck") // a courtesy: nothing depends on it
    static void giveWay() {
        Thread.yield();
    }

    static void spinUntil(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < MOST_NANOS, "it has not come to pass");
            giveWay();
        }
    }

    /// Runs the body on a platform thread of its own, and returns once it has ended.
    static void onOtherThread(Body<Exception> body) {
        join(otherThread(body));
    }

    /// A thread with the throwable that it ended with.
    record Other(Thread thread, AtomicReference<Throwable> thrown) {}

    static Other otherThread(Body<Exception> body) {
        var thrown = new AtomicReference<Throwable>();
        return new Other(Thread.ofPlatform().daemon().start(() -> {
            try {
                body.run();
            } catch (Throwable t) {
                thrown.set(t);
            }
        }), thrown);
    }

    static void join(Other other) {
        try {
            assertTrue(other.thread.join(Duration.ofNanos(MOST_NANOS)), "the thread has not ended");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while joining", e);
        }
        Throwable thrown = other.thrown.get();
        if (thrown != null) throw new AssertionError("the other thread threw " + thrown, thrown);
    }

    static void assertFlags(CancelScope scope, boolean isCancelled, boolean absorbedCancellation) {
        KernelTest.assertFlags(scope, isCancelled, absorbedCancellation);
    }

    static void assertInterruptedFromOutside(Throwable thrown) {
        ScopeCancelledException cancelled = assertInstanceOf(ScopeCancelledException.class, thrown);
        assertEquals(CancelReason.Source.INTERRUPTED, cancelled.reason().source());
    }

    @AfterEach
    void nothing_is_left_behind() {
        assertFalse(Thread.interrupted(), "flag left");
        assertEquals(0, scheduler.statistics().runs(), "runs left");
        assertEquals(0, scheduler.statistics().tasks(), "tasks left");
        assertEquals(0, scheduler.deadlines().size(), "deadlines left");
        scheduler.close();
    }
}
