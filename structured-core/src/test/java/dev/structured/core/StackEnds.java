package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tries a step with every amount of stack, from none to plenty: a task recurses to the end of a small stack,
/// and tries the step at each level on the way back.
final class StackEnds implements AutoCloseable {
    private static final int STACK = 256 * 1024;
    private static final int ROUNDS = Integer.getInteger("stack.rounds", 8);
    /// With more stack a step succeeds too.
    private static final int ENOUGH = 20;
    private static final long PATIENCE_MILLIS = Long.getLong("stack.patience", 60_000);

    private final Scheduler scheduler = Scheduler.open();
    private final List<Thread> others = new ArrayList<>();
    private int succeeded;
    private int overflows;
    private boolean whole;

    @Override
    public void close() {
        if (whole) scheduler.close(); // else it could wait for ever
    }

    /// What is used, and what must hold of it. Counts are written by the task that recurses.
    abstract static class Scene {
        int count;

        /// Begins what goes on beside, on threads of its own.
        void before(StackEnds ends) {}

        abstract void step();

        /// Called by the same task, with plenty of stack.
        abstract void after();
    }

    /// Plays several scenes, one after the other.
    void play(Supplier<Scene> scenes) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            int padding = round;
            Scene scene = scenes.get();
            scene.before(this);
            Throwable[] thrown = new Throwable[1];
            Thread small = new Thread(null,
                    () -> thrown[0] = thrownBy(() -> scheduler.run("deep", () -> deep(scene, padding))),
                    "small", STACK);
            small.start();
            awaitEnd(small);
            assertNull(thrown[0], () -> "round " + padding + ": " + thrown[0]);
            for (Thread other : others) awaitEnd(other);
            others.clear();
        }
        whole = true;
        assertTrue(overflows > 0, "no step met the end of the stack");
    }

    private void deep(Scene scene, int padding) {
        scene.step(); // links the code of the test
        Padding.run(padding, () -> descend(scene, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        scene.after();
    }

    /// The numbers make the frames larger: a step at each of many small frames would take long.
    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    private void descend(Scene scene, long a, long b, long c, long d, long e, long f, long g, long h, long i,
            long k, long l, long m) {
        try {
            descend(scene, b, c, d, e, f, g, h, i, k, l, m, a + 1);
        } catch (StackOverflowError thrown) {
            succeeded = 0;
        }
        if (succeeded >= ENOUGH) return;
        try {
            scene.step();
            succeeded++;
        } catch (StackOverflowError thrown) {
            overflows++;
            succeeded = 0;
        }
    }

    /// Runs the code in a run of its own.
    void beside(Runnable code) {
        others.add(Thread.startVirtualThread(() -> scheduler.run("beside", code::run)));
    }

    /// Runs the code on another thread, and awaits it.
    static void elsewhere(Runnable code) {
        Throwable[] thrown = new Throwable[1];
        Thread thread = Thread.startVirtualThread(() -> thrown[0] = thrownBy(code));
        awaitEnd(thread);
        assertNull(thrown[0], () -> String.valueOf(thrown[0]));
    }

    private static @Nullable Throwable thrownBy(Runnable code) {
        try {
            code.run();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            assertTrue(thread.join(Duration.ofMillis(PATIENCE_MILLIS)),
                    () -> "still waits: " + Stream.of(thread.getStackTrace()).limit(12).toList());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitAtLeast(AtomicInteger count, int expected) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (count.get() < expected) {
            assertFalse(System.nanoTime() > end, () -> count + " of " + expected);
            Thread.onSpinWait();
        }
    }

    static void awaitCount(AtomicInteger count, int expected) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (count.get() != expected) {
            assertFalse(System.nanoTime() > end, () -> count + " of " + expected);
            Thread.onSpinWait();
        }
    }
}
