package dev.structured.core.combine;

import static dev.structured.core.combine.Times.after;
import static dev.structured.core.combine.Times.failAfter;
import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.stubborn;
import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Instrument;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class HedgeTest {
    private static final HedgePolicy THREE = HedgePolicy.of(3, millis(100));

    /// When each attempt began.
    private final Map<Integer, Duration> begun = new ConcurrentSkipListMap<>();

    private <T> Fn<Integer, T, Exception> noting(VirtualClock clock, Fn<Integer, T, Exception> body) {
        return number -> {
            begun.put(number, clock.now());
            return body.apply(number);
        };
    }

    private static void assertWins(int winner, HedgePolicy policy, Fn<Integer, Integer, Exception> body) {
        int won = Combine.hedge(policy, body);
        assertEquals(winner, won);
    }

    @StructuredTest
    void quick_answer_needs_one_attempt(VirtualClock clock) {
        assertWins(1, THREE, noting(clock, number -> after(99, number)));
        assertEquals(Map.of(1, Duration.ZERO), begun);
    }

    @StructuredTest
    void further_attempts_start_every_delay_up_to_the_cap(VirtualClock clock) {
        new CancelScope().withTimeout(millis(1_000))
                .run(() -> Combine.hedge(THREE, noting(clock, _ -> Times.never())));
        assertEquals(Map.of(1, Duration.ZERO, 2, millis(100), 3, millis(200)), begun);
    }

    @StructuredTest
    void second_attempt_may_win_and_the_first_is_stopped(VirtualClock clock) {
        assertWins(2, THREE, number -> number == 1 ? Times.never() : after(10, number));
        assertEquals(millis(110), clock.now());
    }

    @StructuredTest
    void first_attempt_may_still_win(VirtualClock clock) {
        assertWins(1, THREE, number -> after(150, number));
        assertEquals(millis(150), clock.now());
    }

    @StructuredTest
    void failure_starts_the_next_at_once_and_the_delay_begins_anew(VirtualClock clock) {
        assertWins(3, THREE, noting(clock, number -> switch (number) {
            case 1 -> failAfter(30, new IOException("refused"));
            case 2 -> Times.never();
            default -> after(5, number);
        }));
        assertEquals(Map.of(1, Duration.ZERO, 2, millis(30), 3, millis(130)), begun);
    }

    @StructuredTest
    void late_failure_of_an_early_attempt_starts_the_next_at_once_too(VirtualClock clock) {
        new CancelScope().withTimeout(millis(1_000))
                .run(() -> Combine.hedge(THREE, noting(clock, number -> number == 1
                        ? failAfter(120, new IOException("refused"))
                        : Times.never())));
        assertEquals(Map.of(1, Duration.ZERO, 2, millis(100), 3, millis(120)), begun);
    }

    @StructuredTest
    void all_failures_are_told_if_no_attempt_succeeds(VirtualClock clock) {
        AllFailedException e = assertThrows(AllFailedException.class,
                () -> Combine.hedge(THREE, number -> failAfter(10, new IOException("refused " + number))));
        assertEquals(List.of("refused 1", "refused 2", "refused 3"),
                e.failures().stream().map(Exception::getMessage).toList());
        assertEquals("Of 3 attempts in 'hedge' none succeeded, first java.io.IOException: refused 1",
                e.getMessage());
        assertEquals(millis(30), clock.now());
    }

    @StructuredTest
    void budget_pays_for_each_attempt_but_the_first(VirtualClock clock) {
        Budget budget = new Budget(0, 3);
        HedgePolicy policy = THREE.withBudget(budget);
        for (int i = 0; i < 2; i++)
            assertWins(1, policy, noting(clock, number -> after(250, number)));
        assertEquals(new Budget.Statistics(0, 2, 3, 1), budget.statistics());
    }

    @StructuredTest
    void without_a_token_the_first_attempt_goes_on_alone(VirtualClock clock) {
        Budget budget = new Budget(0, 1);
        assertTrue(budget.tryWithdraw());
        assertWins(1, THREE.withBudget(budget), noting(clock, number -> after(250, number)));
        assertEquals(Map.of(1, Duration.ZERO), begun);
        assertEquals(1, budget.statistics().refused());
    }

    @StructuredTest
    void value_of_an_attempt_that_cannot_be_stopped_is_discarded(VirtualClock clock) {
        List<Integer> discarded = new CopyOnWriteArrayList<>();
        int won = Combine.hedge(THREE, number -> number == 1 ? stubborn(150, number) : after(10, number),
                discarded::add);
        assertEquals(2, won);
        assertEquals(List.of(1), discarded);
        assertEquals(millis(150), clock.now());
    }

    @StructuredTest
    void no_delay_starts_all_at_once(VirtualClock clock) {
        assertWins(3, HedgePolicy.of(3, Duration.ZERO),
                number -> number == 3 ? after(10, number) : Times.never());
        assertEquals(millis(10), clock.now());
    }

    @StructuredTest
    void first_attempt_runs_on_the_calling_task_and_others_are_named_by_their_number() {
        Task<?> caller = Task.current();
        assertTrue(Combine.hedge(THREE, () -> Task.current() == caller));
        assertEquals("attempt 2 (hedge)",
                Combine.hedge(THREE, number -> number == 1 ? Times.never() : Task.current().name()));
    }

    @Test
    void call_in_time_starts_no_task_and_cancels_no_scope() {
        List<String> events = new CopyOnWriteArrayList<>();
        Instrument instrument = new Instrument() {
            @Override
            public void taskStarted(Task<?> task) {
                events.add(task.name());
            }

            @Override
            public void scopeCancelled(CancelScope scope, CancelReason reason) {
                events.add(scope.toString());
            }
        };
        try (Scheduler scheduler = Scheduler.builder()
                .platform(new VirtualClock())
                .instrument(instrument)
                .build()) {
            scheduler.run("caller", () -> {
                assertWins(1, THREE, number -> after(99, number));
                Checkpoints.sleep(millis(1_000));
            });
            assertEquals(List.of("caller"), events);
        }
    }

    @StructuredTest
    void failure_may_be_the_end_of_further_attempts_while_those_that_run_may_win(VirtualClock clock) {
        HedgePolicy merciful = THREE.stoppingOnFailure();
        assertThrows(AllFailedException.class, () -> Combine.hedge(merciful,
                noting(clock, _ -> failAfter(30, new IOException("refused")))));
        assertEquals(millis(30), clock.now());
        assertEquals(Map.of(1, Duration.ZERO), begun);
        assertWins(1, merciful, noting(clock,
                number -> number == 1 ? after(500, number) : failAfter(30, new IOException("refused"))));
        assertEquals(Map.of(1, millis(30), 2, millis(130)), begun);
    }

    @StructuredTest
    void attempt_without_enough_time_left_is_not_made_and_the_observer_is_told(VirtualClock clock) {
        List<AttemptObserver.Refusal> refused = new CopyOnWriteArrayList<>();
        HedgePolicy policy = THREE.withReserve(() -> millis(50)).withObserver((why, _) -> refused.add(why));
        new CancelScope().withTimeout(millis(250))
                .run(() -> Combine.hedge(policy, noting(clock, _ -> Times.never())));
        assertEquals(Map.of(1, Duration.ZERO, 2, millis(100)), begun);
        assertEquals(List.of(AttemptObserver.Refusal.NO_TIME), refused);
    }

    @StructuredTest
    void attempt_that_the_budget_does_not_pay_for_is_told_once() {
        List<AttemptObserver.Refusal> refused = new CopyOnWriteArrayList<>();
        Budget budget = new Budget(0, 1);
        HedgePolicy policy = HedgePolicy.of(5, millis(100))
                .withBudget(budget)
                .withObserver((why, _) -> refused.add(why));
        assertWins(1, policy, number -> after(1_000, number));
        assertEquals(List.of(AttemptObserver.Refusal.BUDGET), refused);
    }

    @StructuredTest
    void call_whose_deposit_is_made_deposits_nothing() {
        Budget budget = new Budget(0.5, 10);
        HedgePolicy policy = THREE.withBudget(budget);
        assertWins(1, policy.withoutDeposit(), number -> number);
        assertEquals(0, budget.statistics().calls());
        assertWins(1, policy, number -> number);
        assertEquals(1, budget.statistics().calls());
    }

    @StructuredTest
    void is_a_checkpoint() {
        assertEquals("one", assertCheckpoint(() -> Combine.hedge(THREE, () -> "one")));
    }

    @Test
    void figures_out_of_range_are_refused() {
        assertEquals("attempts must be at least 1, for the first: 0",
                assertThrows(IllegalArgumentException.class, () -> HedgePolicy.of(0, millis(1)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> HedgePolicy.of(1, millis(-1)));
    }
}
