package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a thread knows its task, whatever becomes of its handler of uncaught exceptions.
class CurrentTaskTest extends RealTest {
    private static void ignore(Thread thread, Throwable thrown) {}

    private Task<?> inChild(Body<Exception> body) {
        return scheduler.call("main", () -> Nursery.call(nursery -> nursery.startSoon("child", body)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void child_is_found_when_its_thread_gets_another_handler(boolean none) {
        var found = new ArrayList<Task<?>>();
        Task<?> child = inChild(() -> {
            Thread.currentThread().setUncaughtExceptionHandler(none ? null : CurrentTaskTest::ignore);
            for (int i = 0; i < 2; i++) found.add(Task.current());
            Nursery.run(nursery -> nursery.startSoon("grandchild", () -> found.add(Task.current().parent())));
        });
        assertEquals(List.of(child, child, child), found);
    }

    @Test
    void shield_raised_after_that_still_takes_the_interrupt_back() {
        CancelScope cut = new CancelScope("cut");
        CancelScope shield = new CancelScope("shield");
        inChild(() -> cut.run(() -> shield.run(() -> {
            Thread.currentThread().setUncaughtExceptionHandler(CurrentTaskTest::ignore);
            cut.cancel();
            assertTrue(Thread.currentThread().isInterrupted());
            shield.setShielded(true);
            assertFalse(Thread.currentThread().isInterrupted());
        })));
    }

    @Test
    void run_inside_a_run_is_refused_after_that() {
        inChild(() -> {
            Thread.currentThread().setUncaughtExceptionHandler(CurrentTaskTest::ignore);
            assertThrows(IllegalStateException.class, () -> scheduler.run("inner", () -> {}));
        });
    }

    @Test
    void thread_that_was_given_the_handler_of_a_child_does_not_run_it() {
        inChild(() -> {
            Thread.UncaughtExceptionHandler mine = Thread.currentThread().getUncaughtExceptionHandler();
            RealTest.onOtherThread(() -> {
                Thread.currentThread().setUncaughtExceptionHandler(mine);
                assertNull(Task.currentOrNull());
                assertThrows(IllegalStateException.class, Task::current);
            });
        });
    }

    @Test
    void handler_of_a_child_does_what_a_thread_without_one_does() {
        var told = new ArrayList<Throwable>();
        var error = new IllegalStateException("told by hand");
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> told.add(thrown));
        try {
            inChild(() -> {
                Thread me = Thread.currentThread();
                me.getUncaughtExceptionHandler().uncaughtException(me, error);
            });
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(List.of(error), told);
    }
}
