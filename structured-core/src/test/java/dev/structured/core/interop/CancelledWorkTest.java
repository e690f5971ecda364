package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Work that ends by itself although its task was cancelled: the task gets its result, and has swallowed no
/// cancellation.
class CancelledWorkTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Scheduler scheduler = Scheduler.builder().instrument(new Instrument() {
        @Override
        public void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
            told.add(task.path() + " swallowed " + cancelled.reason().scope());
        }
    }).build();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @AfterEach
    void nothing_is_left_behind() {
        scheduler.close();
    }

    /// Runs the code in a scope that is cancelled as soon as the work has begun.
    private CancelScope cancelledAtWork(ValueBody<?, ?> code) {
        CancelScope scope = new CancelScope("limit");
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("canceller", () -> {
                begun.await();
                scope.cancel();
            });
            scope.run(code::call);
        }));
        return scope;
    }

    /// Waits until it is interrupted, and ends as if it was not.
    private int untilInterrupted() {
        begun.countDown();
        try {
            stopped.await();
            return 0;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    private int untilStopped() throws InterruptedException {
        begun.countDown();
        stopped.await();
        return 1;
    }

    @Test
    void value_of_interrupted_work_is_no_swallowing() {
        CancelScope scope = cancelledAtWork(() -> {
            assertEquals(1, Blocking.call(OnCancel.INTERRUPT, this::untilInterrupted));
            return "whole";
        });
        assertFalse(scope.absorbedCancellation());
        assertEquals(List.of(), told);
    }

    @Test
    void value_of_work_with_a_canceller_is_no_swallowing() {
        CancelScope scope = cancelledAtWork(() -> Blocking.onCancel(stopped::countDown, this::untilStopped));
        assertFalse(scope.absorbedCancellation());
        assertEquals(List.of(), told);
    }

    @Test
    void failure_that_is_handled_is_no_swallowing() {
        cancelledAtWork(() -> assertThrows(IOException.class, () -> Blocking.run(OnCancel.INTERRUPT, () -> {
            untilInterrupted();
            throw new IOException("its own");
        })));
        assertEquals(List.of(), told);
    }

    @Test
    void next_checkpoint_throws() {
        CancelScope scope = cancelledAtWork(() -> {
            Blocking.call(OnCancel.INTERRUPT, this::untilInterrupted);
            assertThrows(Cancelled.class, Checkpoints::checkpoint);
            return null;
        });
        assertFalse(scope.absorbedCancellation());
        assertEquals(List.of("main swallowed limit"), told);
    }

    @Test
    void work_that_swallows_the_cancellation_is_told() {
        cancelledAtWork(() -> Blocking.call(OnCancel.INTERRUPT, () -> {
            untilInterrupted();
            assertThrows(Cancelled.class, Blocking::throwIfCancelled);
            return "whole";
        }));
        assertEquals(List.of("main swallowed limit"), told);
    }

    /// In a `finally`: the cancellation that was on its way before the work still is.
    @Test
    void cancellation_from_before_goes_on() throws InterruptedException {
        CancelScope outer = new CancelScope("outer");
        CancelScope inner = new CancelScope("inner").withShield();
        scheduler.run("main", () -> {
            outer.cancel();
            outer.run(() -> {
                try {
                    Checkpoints.checkpoint();
                } finally {
                    inner.run(() -> Blocking.onCancel(stopped::countDown, () -> {
                        inner.cancel();
                        return untilStopped();
                    }));
                }
            });
        });
        assertTrue(outer.absorbedCancellation());
        assertFalse(inner.absorbedCancellation());
        assertEquals(List.of(), told);
    }
}
