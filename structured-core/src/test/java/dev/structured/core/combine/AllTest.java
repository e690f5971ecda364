package dev.structured.core.combine;

import static dev.structured.core.combine.Times.after;
import static dev.structured.core.combine.Times.failAfter;
import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.never;
import static dev.structured.core.combine.Times.sleep;
import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.ValueBody;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

class AllTest {
    @Nested
    class All {
        @StructuredTest
        void values_are_in_the_order_of_the_bodies(VirtualClock clock) {
            assertEquals(List.of("slow", "fast"),
                    Combine.all(() -> after(30, "slow"), () -> after(10, "fast")));
            assertEquals(millis(30), clock.now());
        }

        @StructuredTest
        void value_may_be_null() {
            assertEquals(Arrays.asList(1, null), Combine.all(() -> 1, () -> null));
        }

        @StructuredTest
        void first_failure_stops_the_rest_and_comes_in_a_group(VirtualClock clock) {
            IOException error = new IOException("refused");
            assertThrowsGroup(() -> Combine.all(Times::never, () -> failAfter(10, error)), same(error));
            assertEquals(millis(10), clock.now());
        }

        @StructuredTest
        void bodies_after_a_failure_are_not_started() {
            AtomicInteger begun = new AtomicInteger();
            List<ValueBody<Integer, Exception>> bodies = new ArrayList<>();
            bodies.add(() -> {
                throw new IOException("refused");
            });
            for (int i = 0; i < 100_000; i++) {
                bodies.add(() -> {
                    begun.incrementAndGet();
                    return never();
                });
            }
            assertThrows(NurseryFailedException.class, () -> Combine.all(bodies));
            assertTrue(begun.get() < 100_000, "all were started");
        }

        @StructuredTest
        void nothing_gives_an_empty_list_and_is_a_checkpoint() {
            assertEquals(List.of(), assertCheckpoint(() -> Combine.<String>all()));
        }

        @StructuredTest
        void list_cannot_be_changed() {
            List<Integer> values = Combine.all(() -> 1);
            assertThrows(UnsupportedOperationException.class, () -> values.add(2));
        }

        @StructuredTest
        void tasks_are_named_by_what_they_are_for_and_their_number() {
            assertEquals(List.of("all 1", "all 2"),
                    Combine.all(() -> Task.current().name(), () -> Task.current().name()));
        }

        @StructuredTest
        void deadline_around_it_stops_all(VirtualClock clock) {
            ScopeResult<List<String>> result = Timeouts.moveOnAfter(millis(20),
                    () -> Combine.all(() -> after(10, "in time"), Times::never));
            assertTrue(result.isCancelled());
            assertEquals(millis(20), clock.now());
        }

        @StructuredTest
        void two_of_different_types_become_one() {
            assertEquals("a1", Combine.both(() -> after(10, "a"), () -> 1, (text, number) -> text + number));
        }

        @StructuredTest
        void merger_throws_what_it_throws() {
            IOException error = new IOException("does not fit");
            assertSame(error, assertThrows(IOException.class, () -> Combine.both(() -> 1, () -> 2, (_, _) -> {
                throw error;
            })));
        }

        @StructuredTest
        void one_of_two_that_fails_stops_the_other(VirtualClock clock) {
            IOException error = new IOException("refused");
            assertThrowsGroup(
                    () -> Combine.both(Times::<String>never,
                            () -> Times.<String, IOException>failAfter(10, error),
                            String::concat),
                    same(error));
            assertEquals(millis(10), clock.now());
        }
    }

    @Nested
    class SettledBodies {
        @StructuredTest
        void each_value_and_each_error_has_its_place(VirtualClock clock) {
            IOException error = new IOException("refused");
            List<Settled<String>> ends = Combine.settled(() -> after(30, "slow"), () -> failAfter(10, error),
                    () -> "at once");
            assertEquals(List.of(new Settled.Succeeded<>("slow"), new Settled.Failed<>(error),
                    new Settled.Succeeded<>("at once")), ends);
            assertEquals(millis(30), clock.now());
        }

        @StructuredTest
        void value_of_an_end_or_something_in_its_place() {
            IOException error = new IOException("refused");
            Settled<String> good = new Settled.Succeeded<>("yes");
            Settled<String> bad = new Settled.Failed<>(error);
            assertFalse(good.isFailed());
            assertTrue(bad.isFailed());
            assertEquals("yes", good.orElse("no"));
            assertEquals("no", bad.orElse("no"));
            assertEquals("yes", good.orElseGet(Exception::getMessage));
            assertEquals("refused", bad.orElseGet(Exception::getMessage));
            assertEquals("yes", good.orElseThrow());
            assertSame(error, assertThrows(CompletionException.class, bad::orElseThrow).getCause());
        }

        @StructuredTest
        void error_that_nobody_handles_comes_out_as_itself(VirtualClock clock) {
            AssertionError error = new AssertionError("wrong");
            assertSame(error, assertThrows(AssertionError.class, () -> Combine.settled(Times::never, () -> {
                sleep(10);
                throw error;
            })));
            assertEquals(millis(10), clock.now());
        }

        @StructuredTest
        void cancellation_of_the_caller_passes_through() {
            CancelScope scope = new CancelScope().withTimeout(millis(10));
            List<String> after = new ArrayList<>();
            scope.run(() -> {
                Combine.settled(Times::never, () -> 1);
                after.add("went on");
            });
            assertTrue(scope.absorbedCancellation());
            assertEquals(List.of(), after);
        }

        @StructuredTest
        void timeout_of_a_body_is_an_error_of_that_body() {
            List<Settled<Integer>> ends = Combine.settled(
                    () -> Timeouts.<Integer, RuntimeException>failAfter(millis(10), () -> Times.never()),
                    () -> after(20, 1));
            assertTrue(ends.getFirst().isFailed());
            assertEquals(1, ends.getLast().orElse(0));
        }

        @StructuredTest
        void exception_that_only_tells_of_the_cancellation_is_no_error() {
            List<Settled<Integer>> seen = new ArrayList<>();
            CancelScope scope = new CancelScope().withTimeout(millis(10));
            scope.run(() -> seen.addAll(Combine.settled(() -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    interrupted();
                }
                return 1;
            })));
            assertEquals(List.of(), seen);
            assertTrue(scope.absorbedCancellation());
        }

        private static void interrupted() throws InterruptedException {
            throw new InterruptedException("as foreign code does");
        }

        @StructuredTest
        void nothing_gives_an_empty_list_and_is_a_checkpoint() {
            assertEquals(List.of(), assertCheckpoint(() -> Combine.<String>settled()));
        }
    }
}
