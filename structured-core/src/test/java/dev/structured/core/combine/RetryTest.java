package dev.structured.core.combine;

import static dev.structured.core.combine.Times.after;
import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.sleep;
import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryTest {
    /// Draws the longest pause that there may be: `nextLong(bound)` of these is `bound - 1`.
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

    private static final RetryPolicy POLICY = RetryPolicy.of(5, millis(100), millis(300)).withRandom(LONGEST);

    private final List<Duration> begun = new ArrayList<>();

    private <X extends Exception> Fn<Integer, Integer, X> failingUntil(int success, VirtualClock clock,
            X error) {
        return number -> {
            begun.add(clock.now());
            if (number < success) throw error;
            return number;
        };
    }

    @StructuredTest
    void reserve_longer_than_any_time_refuses_an_attempt_under_a_deadline(VirtualClock clock) {
        RetryPolicy policy = POLICY.withReserve(() -> Duration.ofSeconds(Long.MAX_VALUE));
        IllegalStateException error = new IllegalStateException();
        assertSame(error, assertThrows(IllegalStateException.class, () -> Timeouts.failAfter(millis(1_000),
                () -> Combine.retry(policy, failingUntil(2, clock, error)))));
        assertEquals(List.of(Duration.ZERO), begun);
    }

    @StructuredTest
    void value_of_the_first_attempt_needs_no_other(VirtualClock clock) {
        assertEquals(1, Combine.retry(POLICY, failingUntil(1, clock, new IllegalStateException())));
        assertEquals(List.of(Duration.ZERO), begun);
    }

    @StructuredTest
    void pauses_double_up_to_the_cap(VirtualClock clock) throws IOException {
        assertEquals(5, Combine.retry(POLICY, failingUntil(5, clock, new IOException("refused"))));
        assertEquals(List.of(millis(0), millis(100), millis(300), millis(600), millis(900)), begun);
    }

    @Test
    void pause_is_random_between_nothing_and_its_longest() {
        RetryPolicy policy = RetryPolicy.of(9, millis(100), millis(300)).withRandom(new SplittableRandom(7));
        for (int failed = 1; failed < 9; failed++) {
            long longest = Math.min(300, 100L << (failed - 1));
            long most = 0;
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 1_000; i++) {
                long pause = policy.pauseAfter(new IOException(), failed).toNanos();
                most = Math.max(most, pause);
                least = Math.min(least, pause);
            }
            assertTrue(most <= longest * 1_000_000 && most > longest * 950_000, failed + ": " + most);
            assertTrue(least < longest * 50_000, failed + ": " + least);
        }
    }

    @Test
    void pauses_stay_in_range_whatever_the_figures() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        RetryPolicy policy = RetryPolicy.of(Integer.MAX_VALUE, Duration.ofNanos(3), ever).withRandom(LONGEST);
        Duration before = Duration.ZERO;
        for (int failed = 1; failed < 200; failed++) {
            Duration pause = policy.pauseAfter(new IOException(), failed);
            assertTrue(pause.compareTo(before) >= 0, failed + ": " + pause + " after " + before);
            before = pause;
        }
        assertEquals(Long.MAX_VALUE - 1, before.toNanos());
        assertEquals(Long.MAX_VALUE - 1, RetryPolicy.of(2, ever, ever)
                .withRandom(LONGEST)
                .pauseAfter(new IOException(), 1)
                .toNanos());
    }

    @StructuredTest
    void last_error_comes_out_as_itself_with_the_others_and_why_it_was_the_last() {
        List<IOException> thrown = new ArrayList<>();
        IOException e = assertThrows(IOException.class, () -> Combine.retry(POLICY, number -> {
            thrown.add(new IOException("refused " + number));
            throw thrown.getLast();
        }));
        assertSame(thrown.getLast(), e);
        assertEquals(5, thrown.size());
        List<Throwable> suppressed = List.of(e.getSuppressed());
        assertEquals(thrown.subList(0, 4), suppressed.subList(0, 4));
        assertEquals("no more attempts: all of them failed: 5", suppressed.get(4).getMessage());
        assertEquals(RetryGaveUp.class, suppressed.get(4).getClass());
    }

    @StructuredTest
    void same_exception_thrown_each_time_is_no_circle(VirtualClock clock) {
        IOException error = new IOException("always this");
        assertSame(error, assertThrows(IOException.class,
                () -> Combine.retry(POLICY, failingUntil(9, clock, error))));
        assertEquals(1, error.getSuppressed().length);
    }

    @StructuredTest
    void exception_that_is_thrown_by_many_calls_does_not_collect_remarks_without_end() {
        IOException constant = new IOException("always this");
        for (int i = 0; i < 1_000; i++) {
            assertSame(constant, assertThrows(IOException.class,
                    () -> Combine.retry(RetryPolicy.of(1, millis(1), millis(1)), _ -> {
                        throw constant;
                    })));
        }
        assertEquals(64, constant.getSuppressed().length);
    }

    @StructuredTest
    void condition_that_throws_does_not_replace_the_exception_of_the_attempt() {
        IllegalStateException bug = new IllegalStateException("bug");
        IOException error = new IOException("refused");
        RetryPolicy policy = POLICY.retryIf(_ -> {
            throw bug;
        });
        assertSame(error, assertThrows(IOException.class, () -> Combine.retry(policy, _ -> {
            throw error;
        })));
        assertSame(bug, error.getSuppressed()[0]);
        assertEquals("no more attempts: the policy has failed", error.getSuppressed()[1].getMessage());
    }

    @StructuredTest
    void pause_that_throws_does_not_replace_the_exception_of_the_attempt() {
        AssertionError bug = new AssertionError("bug");
        IOException first = new IOException("refused 1");
        IOException second = new IOException("refused 2");
        RetryPolicy policy = POLICY.withNamedPause(error -> {
            if (error == second) throw bug;
            return null;
        });
        assertSame(second, assertThrows(IOException.class, () -> Combine.retry(policy, number -> {
            throw number == 1 ? first : second;
        })));
        assertEquals(List.of(bug, first), List.of(second.getSuppressed()).subList(0, 2));
        RetryPolicy noDice = POLICY.withRandom(() -> {
            throw bug;
        });
        assertSame(first, assertThrows(IOException.class, () -> Combine.retry(noDice, _ -> {
            throw first;
        })));
    }

    @StructuredTest
    void condition_that_is_cancelled_ends_as_a_cancellation() throws IOException {
        CancelScope scope = new CancelScope();
        scope.run(() -> Combine.retry(POLICY.retryIf(_ -> {
            scope.cancel();
            Checkpoints.checkpoint();
            return true;
        }), _ -> {
            throw new IOException("refused");
        }));
        assertTrue(scope.absorbedCancellation());
    }

    @StructuredTest
    void named_pause_without_end_is_no_overflow() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        RetryPolicy policy = POLICY.withNamedPause(_ -> ever);
        IOException e = assertThrows(IOException.class, () -> Timeouts.failAfter(millis(350),
                () -> Combine.retry(policy, _ -> {
                    throw new IOException("refused");
                })));
        assertEquals(
                "no more attempts: the next would begin after PT2562047788015215H30M7S, "
                        + "and the deadline is in"
                        + " 350 ms",
                e.getSuppressed()[0].getMessage());
    }

    @StructuredTest
    void of_many_errors_the_last_are_kept() {
        RetryPolicy many = RetryPolicy.of(100, millis(1), millis(1));
        IOException e = assertThrows(IOException.class, () -> Combine.retry(many, number -> {
            throw new IOException("refused " + number);
        }));
        assertEquals(17, e.getSuppressed().length);
        assertEquals("refused 84", e.getSuppressed()[0].getMessage());
    }

    @StructuredTest
    void other_errors_come_out_at_once(VirtualClock clock) {
        RetryPolicy policy = POLICY.retryIf(e -> !(e instanceof FileNotFoundException));
        IOException error = new FileNotFoundException("gone");
        assertSame(error, assertThrows(FileNotFoundException.class,
                () -> Combine.retry(policy, failingUntil(9, clock, error))));
        assertEquals(1, begun.size());
        assertEquals(0, error.getSuppressed().length);
    }

    @StructuredTest
    void errors_that_nobody_handles_come_out_at_once() {
        List<Integer> attempts = new ArrayList<>();
        assertThrows(StackOverflowError.class, () -> Combine.retry(POLICY, number -> {
            attempts.add(number);
            throw new StackOverflowError();
        }));
        assertEquals(List.of(1), attempts);
    }

    @StructuredTest
    void earlier_failures_are_kept_beside_an_error() {
        IOException first = new IOException("refused 1");
        IOException second = new IOException("refused 2");
        AssertionError bug = new AssertionError("bug");
        assertSame(bug, assertThrows(AssertionError.class, () -> Combine.retry(POLICY, number -> {
            if (number == 3) throw bug;
            throw number == 1 ? first : second;
        })));
        assertEquals(List.of(first, second), List.of(bug.getSuppressed()));
    }

    @StructuredTest
    void cancelled_attempt_is_not_made_again(VirtualClock clock) {
        List<Integer> attempts = new ArrayList<>();
        CancelScope scope = new CancelScope().withTimeout(millis(50));
        scope.run(() -> Combine.retry(POLICY, number -> {
            attempts.add(number);
            return Times.never();
        }));
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of(1), attempts);
        assertEquals(millis(50), clock.now());
    }

    @StructuredTest
    void interrupted_attempt_of_a_cancelled_caller_is_not_made_again() throws InterruptedException {
        List<Integer> attempts = new ArrayList<>();
        CancelScope scope = new CancelScope();
        scope.run(() -> Combine.retry(POLICY, number -> {
            attempts.add(number);
            scope.cancel();
            throw new InterruptedException("as foreign code does");
        }));
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of(1), attempts);
    }

    @StructuredTest
    void error_of_a_cancelled_caller_comes_out_as_it_is() {
        IOException error = new IOException("cannot clean up");
        CancelScope scope = new CancelScope();
        assertSame(error, assertThrows(IOException.class, () -> scope.run(() -> Combine.retry(POLICY, _ -> {
            scope.cancel();
            throw error;
        }))));
        assertEquals(0, error.getSuppressed().length);
    }

    @StructuredTest
    void pause_that_would_outlast_the_deadline_is_not_begun(VirtualClock clock) {
        IOException e = assertThrows(IOException.class, () -> Timeouts.failAfter(millis(350),
                () -> Combine.retry(POLICY, failingUntil(9, clock, new IOException("refused")))));
        assertEquals(List.of(millis(0), millis(100), millis(300)), begun);
        assertEquals(millis(300), clock.now());
        Throwable[] suppressed = e.getSuppressed();
        assertEquals("no more attempts: the next would begin after 300 ms, and the deadline is in 50 ms",
                suppressed[suppressed.length - 1].getMessage());
    }

    @StructuredTest
    void attempt_that_runs_when_the_deadline_comes_is_cut_short(VirtualClock clock) throws IOException {
        assertTrue(Timeouts.moveOnAfter(millis(350), () -> Combine.retry(POLICY, number -> {
            if (number == 1) throw new IOException("refused");
            return after(300, number);
        })).isCancelled());
        assertEquals(millis(350), clock.now());
    }

    @StructuredTest
    void error_may_name_its_own_pause(VirtualClock clock) throws IOException {
        RetryPolicy policy = POLICY
                .withNamedPause(e -> "busy".equals(e.getMessage()) ? Duration.ofSeconds(7) : null);
        Combine.retry(policy, number -> {
            begun.add(clock.now());
            if (number == 1) throw new IOException("busy");
            if (number == 2) throw new IOException("refused");
            return number;
        });
        assertEquals(List.of(millis(0), millis(7_000), millis(7_200)), begun);
    }

    @StructuredTest
    void negative_pause_is_none(VirtualClock clock) throws IOException {
        Combine.retry(POLICY.withNamedPause(_ -> millis(-5)),
                failingUntil(2, clock, new IOException("refused")));
        assertEquals(Duration.ZERO, clock.now());
    }

    @StructuredTest
    void budget_pays_for_each_attempt_but_the_first(VirtualClock clock) {
        Budget budget = new Budget(0.5, 2);
        IOException error = new IOException("refused");
        assertThrows(IOException.class,
                () -> Combine.retry(POLICY.withBudget(budget), failingUntil(9, clock, error)));
        assertEquals(3, begun.size());
        assertEquals(new Budget.Statistics(0, 1, 2, 1), budget.statistics());
        assertEquals("no more attempts: the budget for extra attempts is empty",
                error.getSuppressed()[0].getMessage());
    }

    @StructuredTest
    void what_was_paid_for_an_attempt_that_a_cancellation_prevents_is_given_back(VirtualClock clock) {
        Budget budget = new Budget(0, 5);
        CancelScope scope = new CancelScope();
        scope.run(() -> Combine.race(() -> Combine.retry(POLICY.withBudget(budget), failingUntil(9, clock,
                new IOException("refused"))), () -> {
                    sleep(50);
                    scope.cancel();
                    return Times.never();
                }));
        assertEquals(new Budget.Statistics(5, 1, 0, 0), budget.statistics());
    }

    @StructuredTest
    void is_a_checkpoint() {
        assertEquals(1, assertCheckpoint(() -> Combine.retry(POLICY, () -> 1)));
    }

    @Test
    void figures_out_of_range_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> RetryPolicy.of(0, millis(1), millis(1)));
        assertThrows(IllegalArgumentException.class, () -> RetryPolicy.of(1, millis(0), millis(1)));
        assertEquals("cap, the longest backoff, must not be shorter than base: PT0.001S < PT0.002S",
                assertThrows(IllegalArgumentException.class, () -> RetryPolicy.of(1, millis(2), millis(1)))
                        .getMessage());
    }

    @StructuredTest
    void pause_may_depend_on_the_exception_and_the_backoff_and_be_none(VirtualClock clock) {
        RetryPolicy policy = POLICY.withPause((error, backoff) -> "busy".equals(error.getMessage())
                ? Duration.ofSeconds(7).plus(backoff)
                : null);
        List<Integer> made = new ArrayList<>();
        IOException last = assertThrows(IOException.class, () -> Combine.retry(policy, number -> {
            made.add(number);
            throw new IOException(number == 1 ? "busy" : "gone");
        }));
        assertEquals("gone", last.getMessage());
        assertEquals(List.of(1, 2), made);
        assertTrue(clock.now().compareTo(Duration.ofSeconds(7)) >= 0, () -> "after " + clock.now());
    }

    @StructuredTest
    void retry_without_enough_time_left_is_not_made_and_the_observer_is_told_of_the_failure() {
        List<String> refused = new ArrayList<>();
        RetryPolicy policy = POLICY.withNamedPause(_ -> millis(100))
                .withReserve(() -> millis(50))
                .withObserver((why, failure) -> refused.add(why + " after " + failure));
        new CancelScope().withTimeout(millis(150)).run(() -> assertThrows(IOException.class,
                () -> Combine.retry(policy, _ -> {
                    throw new IOException("busy");
                })));
        assertEquals(List.of("NO_TIME after java.io.IOException: busy"), refused);
    }
}
