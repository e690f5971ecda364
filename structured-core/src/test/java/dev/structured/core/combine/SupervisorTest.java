package dev.structured.core.combine;

import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SupervisorTest {
    /// Draws the longest pause that there may be.
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private final List<String> told = new ArrayList<>();
    private final RestartPolicy policy = RestartPolicy
            .of(RetryPolicy.of(3, millis(100), millis(1_000)).withRandom(LONGEST), Duration.ofMinutes(1))
            .withObserver((task, failure, pause) -> told.add(task + ": " + failure.getMessage() + ", "
                    + (pause == null ? "given up" : pause.toMillis() + " ms")));

    /// Fails the first few times.
    private static Body<IOException> failing(int times, Body<IOException> then) {
        int[] run = {0};
        return () -> {
            if (++run[0] <= times) throw new IOException("no. " + run[0]);
            then.run();
        };
    }

    @StructuredTest
    void task_that_fails_runs_again_and_nobody_beside_it_notices(VirtualClock clock) {
        List<String> seen = new ArrayList<>();
        Supervisor.run(policy, supervisor -> {
            supervisor.startSoon("shaky", failing(2, () -> seen.add("shaky at " + clock.now().toMillis())));
            supervisor.startSoon("steady", () -> {
                sleep(1_000);
                seen.add("steady");
            });
        });
        assertEquals(List.of("shaky at 300", "steady"), seen);
        assertEquals(List.of("shaky: no. 1, 100 ms", "shaky: no. 2, 200 ms"), told);
    }

    @StructuredTest
    void failures_of_a_task_that_always_runs_again_are_not_all_kept() {
        List<WeakReference<Exception>> failures = new ArrayList<>();
        RestartPolicy always = RestartPolicy.of(
                RetryPolicy.of(Integer.MAX_VALUE, millis(1), millis(1)), Duration.ofDays(1_000));
        Supervisor.run(always, supervisor -> supervisor.startSoon("never well", () -> {
            if (failures.size() == 200) {
                WeakReference<Exception> first = failures.getFirst();
                for (int i = 0; i < 100 && first.get() != null; i++) System.gc();
                assertNull(first.get());
                return;
            }
            IOException failure = new IOException("no. " + failures.size());
            failures.add(new WeakReference<>(failure));
            throw failure;
        }));
        assertEquals(200, failures.size());
    }

    @StructuredTest
    void task_that_fails_too_often_is_given_up_and_told_at_the_end(VirtualClock clock) {
        var thrown = assertThrows(SupervisionFailedException.class,
                () -> Supervisor.run("feeds", policy, feeds -> {
                    Task<?> broken = feeds.startSoon("broken", failing(100, () -> {}));
                    broken.awaitEnd();
                    assertEquals(Task.State.SUCCEEDED, broken.state());
                    sleep(5_000);
                }));
        assertEquals(5_300, clock.now().toMillis());
        assertEquals("broken: no. 3, given up", told.getLast());
        Exception last = thrown.failures().getFirst();
        assertEquals("no. 3", last.getMessage());
        assertEquals(List.of("no. 1", "no. 2"),
                List.of(last.getSuppressed()).stream().map(Throwable::getMessage).toList());
        assertTrue(
                thrown.getMessage().startsWith("Supervisor 'feeds' has given up 1 task, which failed with"),
                thrown.getMessage());
    }

    @StructuredTest
    void failures_that_are_long_ago_do_not_count() {
        int[] run = {0};
        Supervisor.run(policy, supervisor -> supervisor.startSoon("rare", () -> {
            if (++run[0] == 10) return;
            Checkpoints.sleep(Duration.ofSeconds(45));
            throw new IOException("no. " + run[0]);
        }));
        assertEquals(9, told.size());
        assertEquals("rare: no. 9, 200 ms", told.getLast());
    }

    @StructuredTest
    void all_that_were_given_up_are_told() {
        var thrown = assertThrows(SupervisionFailedException.class,
                () -> Supervisor.run(policy, supervisor -> {
                    supervisor.startSoon("a", failing(100, () -> {}));
                    supervisor.startSoon("b", () -> {
                        sleep(1_000);
                        throw new IllegalStateException("b");
                    });
                }));
        assertEquals(2, thrown.failures().size());
        assertSame(thrown.failures().get(1), thrown.getSuppressed()[0]);
    }

    @StructuredTest
    void failure_that_is_not_worth_a_restart_gives_the_task_up() {
        RestartPolicy picky = RestartPolicy.of(RetryPolicy.of(3, millis(1), millis(1))
                .retryIf(e -> e instanceof IOException), Duration.ofSeconds(1));
        var thrown = assertThrows(SupervisionFailedException.class, () -> Supervisor.run(picky,
                supervisor -> supervisor.startSoon("bug", () -> {
                    throw new IllegalStateException("bug");
                })));
        assertEquals("bug", thrown.getCause().getMessage());
    }

    @StructuredTest
    void error_stops_all() {
        AssertionError error = new AssertionError("bug");
        assertSame(error, assertThrows(AssertionError.class, () -> Supervisor.run(policy, supervisor -> {
            supervisor.startSoon("buggy", () -> {
                throw error;
            });
            Checkpoints.sleepForever();
        })));
    }

    @StructuredTest
    void failure_of_the_block_has_those_of_the_tasks_beside_it() {
        var thrown = assertThrows(NurseryFailedException.class, () -> Supervisor.run(policy, supervisor -> {
            supervisor.startSoon("broken", failing(100, () -> {})).awaitEnd();
            throw new IOException("block");
        }));
        assertEquals("block", thrown.getCause().getMessage());
        assertEquals("no. 3", thrown.getSuppressed()[0].getMessage());
    }

    @StructuredTest
    void cancellation_ends_the_task_in_its_pause_too() {
        CancelScope around = new CancelScope("around").withTimeout(millis(50));
        around.run(() -> Supervisor.run(policy,
                supervisor -> supervisor.startSoon("shaky", failing(2, Checkpoints::sleepForever))));
        assertTrue(around.absorbedCancellation());
        assertEquals(1, told.size());
    }

    @StructuredTest
    void deadline_that_is_nearer_than_the_pause_gives_nothing_up() {
        assertTrue(Timeouts.moveOnAfter(millis(250), () -> Supervisor.run(policy,
                supervisor -> supervisor.startSoon("shaky", failing(2, Checkpoints::sleepForever))))
                .isCancelled());
        assertEquals("shaky: no. 2, 200 ms", told.getLast());
    }

    @StructuredTest
    void one_task_may_be_stopped_for_good() {
        Supervisor.run(policy, supervisor -> {
            Task<?> shaky = supervisor.startSoon("shaky", failing(1, Checkpoints::sleepForever));
            sleep(500);
            assertEquals("1", shaky.notes().get("restarts"));
            shaky.cancel();
            shaky.awaitEnd();
            assertEquals(Task.State.CANCELLED, shaky.state());
        });
    }

    /// There is no restart any more, and nobody else would tell it.
    @StructuredTest
    void failure_on_the_way_out_of_a_task_that_was_stopped_is_told() {
        var thrown = assertThrows(SupervisionFailedException.class,
                () -> Supervisor.run(policy, supervisor -> {
                    Task<?> task = supervisor.startSoon("stopped", SupervisorTest::failsOnItsWayOut);
                    sleep(10);
                    task.cancel();
                }));
        assertEquals("cleanup", thrown.getCause().getMessage());
        assertEquals(List.of("stopped: cleanup, given up"), told);
    }

    /// With and without a sibling that ends in order, and nothing is taken for a swallowed cancellation.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failure_on_the_way_out_of_a_limit_is_dropped_beside_the_limit(boolean sibling) {
        List<String> seen = new ArrayList<>();
        Instrument instrument = new Instrument() {
            @Override
            public void errorDropped(Task<?> task, Throwable error) {
                seen.add("dropped " + error.getMessage());
            }

            @Override
            public void cancellationSwallowed(Task<?> task, Cancelled cancelled) {
                seen.add("swallowed " + cancelled.reason());
            }
        };
        try (Scheduler scheduler = Scheduler.builder().instrument(instrument).build()) {
            scheduler.run("main", () -> {
                assertThrows(TooSlowException.class, () -> Timeouts.failAfter(millis(10),
                        () -> Supervisor.run(policy, supervisor -> {
                            if (sibling) supervisor.startSoon("sibling", Checkpoints::sleepForever);
                            supervisor.startSoon("task", SupervisorTest::failsOnItsWayOut);
                        })));
                assertThrows(SupervisionFailedException.class, () -> Supervisor.run(policy,
                        supervisor -> supervisor.startSoon("task", () -> {
                            Task.current().cancel();
                            failsOnItsWayOut();
                        })));
            });
        }
        assertEquals(List.of("dropped cleanup"), seen);
    }

    private static void failsOnItsWayOut() throws IOException {
        boolean slept = false;
        try {
            Checkpoints.sleepForever();
            slept = true;
        } finally {
            if (!slept) throwCleanup();
        }
    }

    private static void throwCleanup() throws IOException {
        throw new IOException("cleanup");
    }

    @StructuredTest
    void observer_that_throws_is_no_failure_of_the_task() {
        RestartPolicy rude = policy.withObserver((_, _, _) -> {
            throw new IllegalStateException("observer");
        });
        Supervisor.run(rude, supervisor -> supervisor.startSoon("shaky", failing(2, () -> {})));
        var thrown = assertThrows(SupervisionFailedException.class,
                () -> Supervisor.run(rude,
                        supervisor -> supervisor.startSoon("broken", failing(9, () -> {}))));
        assertEquals("no. 3", thrown.getCause().getMessage());
    }

    @StructuredTest
    void window_must_be_positive() {
        assertThrows(IllegalArgumentException.class,
                () -> RestartPolicy.of(RetryPolicy.of(1, millis(1), millis(1)), Duration.ZERO));
    }

    /// Whatever was cut short is not done, and the caller is not cancelled any more.
    @StructuredTest
    void cancellation_that_a_shield_hides_in_the_middle_is_told() {
        List<Action<CancelScope, ?>> uses = List.of(
                inner -> Supervisor.run(policy, _ -> raisingShield(inner)),
                inner -> Supervisor.run(policy,
                        supervisor -> supervisor.startSoon("task", () -> raisingShield(inner))));
        for (Action<CancelScope, ?> use : uses) {
            CancelScope inner = new CancelScope("inner");
            List<String> seen = new ArrayList<>();
            new CancelScope("outer").withTimeout(millis(10)).run(() -> inner.run(() -> {
                assertThrows(ScopeCancelledException.class, () -> use.accept(inner));
                seen.add("told");
            }));
            assertEquals(List.of("told"), seen);
        }
    }

    private static void raisingShield(CancelScope scope) {
        try {
            Checkpoints.sleepForever();
        } finally {
            scope.setShielded(true);
        }
    }
}
