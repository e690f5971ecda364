package dev.structured.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.DeadlockException;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Platform;
import dev.structured.core.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests that are meant to fail, and looks at how they do.
class StructuredTestTest {
    @Test
    void good_test_passes() {
        assertEquals(TestExecutionResult.Status.SUCCESSFUL, run("sleeps_for_a_night").getStatus());
        assertEquals(TestExecutionResult.Status.SUCCESSFUL, run("takes_real_time").getStatus());
    }

    @Test
    void test_throws_what_its_method_throws() {
        assertEquals("disk", assertInstanceOf(IOException.class, thrownBy("fails")).getMessage());
        assertEquals("aborted", assertInstanceOf(Error.class, thrownBy("fails_with_an_error")).getMessage());
    }

    @Test
    void hanging_test_fails_and_shows_its_tasks_and_is_ended() {
        Samples.ended.set(false);
        Throwable thrown = thrownBy("hangs");
        String message = assertInstanceOf(AssertionError.class, thrown).getMessage();
        assertAll(
                () -> assertTrue(message.startsWith("Test 'hangs' hangs: it did not end within its limit."),
                        message),
                () -> assertTrue(message.contains("\n1 run, 2 tasks\nhangs  "), message),
                () -> assertTrue(message.contains("\n└─ sleeper (in nursery)  "), message),
                () -> assertTrue(message.contains("waits for a sleep\n        at "), message),
                () -> assertTrue(message.contains("dev.structured.core.Checkpoints.sleepForever("), message),
                () -> assertTrue(Samples.ended.get(), "the sleeper goes on"),
                () -> assertEquals(1, thrown.getSuppressed().length));
    }

    @Test
    void test_that_asks_for_it_fails_by_its_deadlock_at_once() {
        String message = assertInstanceOf(DeadlockException.class, thrownBy("is_in_a_deadlock")).getMessage();
        assertTrue(message.contains("is_in_a_deadlock"), message);
        assertTrue(message.contains("waits for nobody"), message);
    }

    @Test
    void hanging_test_that_heeds_no_interrupt_fails_too() {
        Samples.release = new CountDownLatch(1);
        String message = assertInstanceOf(AssertionError.class, thrownBy("hangs_for_good")).getMessage();
        Samples.release.countDown();
        assertTrue(message.contains("goes on during the tests that follow"), message);
    }

    @Test
    void test_that_a_limit_of_junit_interrupts_is_ended_and_says_so() {
        String message = thrownBy("is_interrupted_by_junit").getSuppressed()[0].getMessage();
        assertTrue(message.startsWith("Test 'is_interrupted_by_junit' hangs: it had not ended when JUnit's"
                + " thread was interrupted. Its tasks were:\n1 run, 1 task\n"), message);
        assertFalse(message.contains("It ignored interrupts"), message);
    }

    @Test
    void leaking_test_fails_and_names_what_is_left_and_ends_it() throws Exception {
        Throwable thrown = thrownBy("leaves_a_run_behind");
        String message = assertInstanceOf(AssertionError.class, thrown).getMessage();
        assertTrue(
                message.startsWith(
                        "Test 'leaves_a_run_behind' has left a run behind:\n1 run, 1 task\nleak  "),
                message);
        Thread leaked = Samples.leaked.get();
        assertNotNull(leaked);
        assertTrue(leaked.join(Duration.ofSeconds(20)), "the leaked run goes on");
    }

    @Test
    void failure_of_a_test_is_kept_when_it_leaks_too() {
        Throwable thrown = thrownBy("fails_and_leaves_a_run_behind");
        assertInstanceOf(AssertionError.class, thrown);
        assertEquals("disk", thrown.getSuppressed()[0].getMessage());
    }

    @Test
    void test_in_real_time_has_no_virtual_clock() {
        assertTrue(thrownBy("asks_for_what_is_not_there").getMessage().contains("This test is in real time"));
    }

    private static Throwable thrownBy(String method) {
        return run(method).getThrowable().orElseThrow(() -> new AssertionError(method + " passed"));
    }

    private static TestExecutionResult run(String method) {
        var result = new AtomicReference<TestExecutionResult>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Samples.class, Samples.method(method)))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult outcome) {
                if (test.isTest()) result.set(outcome);
            }
        });
        assertNotNull(result.get(), method + " has not been run");
        return result.get();
    }

    /// Not a test class by itself: static and nested, so only the tests above run it.
    static class Samples {
        static final AtomicBoolean ended = new AtomicBoolean();
        static final AtomicReference<Thread> leaked = new AtomicReference<>();
        static volatile CountDownLatch release = new CountDownLatch(0);
        private Scheduler before;

        static java.lang.reflect.Method method(String name) {
            return List.of(Samples.class.getDeclaredMethods())
                    .stream()
                    .filter(method -> method.getName().equals(name))
                    .findAny()
                    .orElseThrow();
        }

        @BeforeEach
        void before(Scheduler scheduler) {
            before = scheduler;
        }

        @AfterEach
        void after(Scheduler scheduler) {
            assertSame(before, scheduler);
            if (scheduler.statistics().runs() == 0) scheduler.run("after", Checkpoints::checkpoint);
        }

        @StructuredTest
        void sleeps_for_a_night(VirtualClock clock, Scheduler scheduler) {
            assertSame(before, scheduler);
            assertEquals(1, scheduler.statistics().runs());
            Checkpoints.sleep(Duration.ofHours(8));
            assertEquals(Duration.ofHours(8), clock.now());
            assertTrue(scheduler.toString().contains("runs=1"));
            assertEquals("sleeps_for_a_night", Thread.currentThread().getName());
        }

        @StructuredTest(realTime = true)
        void takes_real_time(Scheduler scheduler) {
            long start = scheduler.nanoTime();
            assertNotEquals(0, start);
            Checkpoints.sleep(Duration.ofMillis(1));
            assertTrue(Platform.system().nanoTime() - start >= 1_000_000);
        }

        @StructuredTest
        void fails() throws IOException {
            throw new IOException("disk");
        }

        @StructuredTest(detectDeadlocks = true)
        void is_in_a_deadlock() {
            new ParkingLot("nobody").park();
        }

        @StructuredTest
        void fails_with_an_error() {
            throw new Error("aborted");
        }

        /// The limit leaves a slow machine the time to start the task.
        @StructuredTest(limitMillis = 5_000)
        void hangs() {
            Nursery.run(nursery -> nursery.startSoon("sleeper", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    ended.set(true);
                }
            }));
        }

        @StructuredTest(limitMillis = 100)
        void hangs_for_good() {
            new CancelScope().withShield().run(() -> {
                while (release.getCount() > 0)
                    Checkpoints.yieldNow();
            });
        }

        @StructuredTest(limitMillis = 60_000)
        @Timeout(value = 1, threadMode = Timeout.ThreadMode.SAME_THREAD)
        void is_interrupted_by_junit() {
            Checkpoints.sleepForever();
        }

        @StructuredTest
        void leaves_a_run_behind(Scheduler scheduler) {
            leaked.set(Thread.ofPlatform().daemon().start(
                    () -> assertThrows(RuntimeException.class,
                            () -> scheduler.run("leak", Checkpoints::sleepForever))));
            while (scheduler.statistics().tasks() < 2)
                Checkpoints.yieldNow();
        }

        @StructuredTest
        void fails_and_leaves_a_run_behind(Scheduler scheduler) throws IOException {
            leaves_a_run_behind(scheduler);
            throw new IOException("disk");
        }

        @StructuredTest(realTime = true)
        void asks_for_what_is_not_there(VirtualClock clock) {
            throw new AssertionError("got one, at " + clock.now());
        }
    }
}
