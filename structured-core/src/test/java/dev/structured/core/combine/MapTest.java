package dev.structured.core.combine;

import static dev.structured.core.combine.Times.after;
import static dev.structured.core.combine.Times.failAfter;
import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.never;
import static dev.structured.core.combine.Times.sleep;
import static dev.structured.core.combine.Times.stubborn;
import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.instanceOf;
import static dev.structured.testing.Groups.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;

class MapTest {
    private final List<Object> discarded = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /// The numbers from 1, and how often one was asked for.
    private Iterable<Integer> counted(int last) {
        Iterator<Integer> numbers = upTo(last).iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return numbers.hasNext();
            }

            @Override
            public Integer next() {
                asked.incrementAndGet();
                return numbers.next();
            }
        };
    }

    @Nested
    class ToAList {
        @StructuredTest
        void results_are_in_the_order_of_the_items(VirtualClock clock) {
            assertEquals(List.of("1", "2", "3"),
                    Combine.map(upTo(3), 3, item -> after(100 - item, String.valueOf(item))));
            assertEquals(millis(99), clock.now());
        }

        @StructuredTest
        void limit_is_reached_and_never_passed(VirtualClock clock) {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            Combine.map(upTo(20), 4, _ -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                sleep(10);
                return running.decrementAndGet();
            });
            assertEquals(4, most.get());
            assertEquals(millis(50), clock.now());
        }

        @StructuredTest
        void slow_item_holds_up_nobody(VirtualClock clock) {
            Combine.map(upTo(21), 2, item -> after(item == 1 ? 200 : 10, item));
            assertEquals(millis(200), clock.now());
        }

        @StructuredTest
        void source_is_asked_only_for_what_can_begin() {
            new CancelScope().withTimeout(millis(10)).run(() -> Combine.map(counted(100), 3, _ -> never()));
            assertEquals(3, asked.get());
        }

        @StructuredTest
        void items_and_results_may_be_null() {
            assertEquals(Arrays.asList("a", null), Combine.map(Arrays.asList("a", null), 1, item -> item));
        }

        @StructuredTest
        void first_failure_stops_the_rest(VirtualClock clock) {
            IOException error = new IOException("refused");
            assertThrowsGroup(
                    () -> Combine.map(counted(100), 3, item -> item == 3 ? failAfter(10, error) : never()),
                    same(error));
            assertEquals(3, asked.get());
            assertEquals(millis(10), clock.now());
        }

        @StructuredTest
        void source_that_fails_stops_everything() {
            Iterable<Integer> broken = () -> Stream.of(1, 2).peek(item -> {
                if (item == 2) throw new IllegalStateException("no more lines");
            }).iterator();
            assertThrowsGroup(() -> Combine.map(broken, 3, _ -> never()),
                    instanceOf(IllegalStateException.class, "no more lines"));
        }

        @StructuredTest
        void tasks_are_named_by_their_number() {
            assertEquals(List.of("map 1", "map 2"), Combine.map(upTo(2), 1, _ -> Task.current().name()));
        }

        @StructuredTest
        void nothing_gives_an_empty_list_and_is_a_checkpoint() {
            assertEquals(List.of(), assertCheckpoint(() -> Combine.map(List.<Integer>of(), 1, item -> item)));
        }

        @StructuredTest
        void limit_of_nothing_is_refused() {
            assertEquals("limit, the number of items that run at once, must be at least 1: 0",
                    assertThrows(IllegalArgumentException.class, () -> Combine.map(upTo(2), 0, item -> item))
                            .getMessage());
        }
    }

    @Nested
    class ToABlock {
        @StructuredTest
        void ordered_results_come_in_the_order_of_the_items(VirtualClock clock) {
            List<String> seen = new ArrayList<>();
            Combine.mapOrdered(upTo(3), 3, item -> after(100 - item, item), results -> {
                for (int result : results) seen.add(result + " at " + clock.now().toMillis());
            });
            assertEquals(List.of("1 at 99", "2 at 99", "3 at 99"), seen);
        }

        @StructuredTest
        void unordered_results_come_as_they_end(VirtualClock clock) {
            List<String> seen = new ArrayList<>();
            Combine.mapUnordered(upTo(3), 3, item -> after(100 - item, item), results -> {
                for (int result : results) seen.add(result + " at " + clock.now().toMillis());
            });
            assertEquals(List.of("3 at 97", "2 at 98", "1 at 99"), seen);
        }

        @StructuredTest
        void stalled_first_item_lets_others_run_ahead_up_to_twice_the_limit() {
            new CancelScope().withTimeout(millis(1_000)).run(() -> Combine.mapOrdered(counted(100), 3,
                    item -> item == 1 ? never() : after(10, item),
                    results -> results.forEach(discarded::add)));
            assertEquals(6, asked.get());
            assertEquals(List.of(), discarded);
        }

        @StructuredTest
        void block_that_takes_nothing_lets_twice_the_limit_begin() {
            Combine.mapUnordered(counted(100), 3, item -> after(10, item), results -> {
                sleep(1_000);
                assertEquals(new Results.Statistics(6, 0, 6), results.statistics());
            }, discarded::add);
            assertEquals(6, asked.get());
            assertEquals(6, discarded.size());
        }

        @StructuredTest
        void block_may_end_early_and_what_is_left_is_stopped_and_discarded(VirtualClock clock) {
            Combine.mapUnordered(counted(100), 3,
                    item -> item == 3 ? stubborn(50, item) : after(10 * item, item),
                    results -> {
                        Iterator<Integer> iterator = results.iterator();
                        assertEquals(1, iterator.next());
                        sleep(20);
                    }, discarded::add);
            assertEquals(List.of(2, 3), discarded.stream().sorted().toList());
            assertEquals(millis(50), clock.now());
        }

        @StructuredTest
        void failing_block_stops_the_items() {
            IOException error = new IOException("disk full");
            assertThrowsGroup(
                    () -> Combine.mapOrdered(counted(100), 3, item -> item == 1 ? 1 : never(), results -> {
                        for (int result : results) {
                            assertEquals(1, result);
                            throw error;
                        }
                    }), same(error));
        }

        @StructuredTest
        void failing_item_stops_the_block(VirtualClock clock) {
            IOException error = new IOException("refused");
            assertThrowsGroup(() -> Combine.mapUnordered(upTo(3), 3,
                    item -> item == 2 ? failAfter(10, error) : never(),
                    results -> results.forEach(discarded::add)),
                    same(error));
            assertEquals(millis(10), clock.now());
        }

        @StructuredTest
        void deadline_around_it_stops_all(VirtualClock clock) {
            assertTrue(Timeouts.moveOnAfter(millis(15), () -> Combine.mapUnordered(upTo(3), 1,
                    item -> after(10, item), results -> results.forEach(discarded::add))).isCancelled());
            assertEquals(List.of(1), discarded);
            assertEquals(millis(15), clock.now());
        }

        @StructuredTest
        void source_may_wait(VirtualClock clock) {
            List<Integer> seen = new ArrayList<>();
            Iterable<Integer> slow = () -> Stream.of(1, 2, 3).peek(_ -> sleep(100)).iterator();
            Combine.mapUnordered(slow, 8, item -> after(10, item), results -> {
                assertTrue(results.iterator().hasNext());
                assertEquals(millis(110), clock.now());
                results.forEach(seen::add);
            });
            assertEquals(List.of(1, 2, 3), seen);
            assertEquals(millis(310), clock.now());
        }

        @StructuredTest
        void iterator_ends_after_the_last_and_stays_so() {
            Combine.mapOrdered(upTo(2), 1, item -> item, results -> {
                Iterator<Integer> iterator = results.iterator();
                assertEquals(1, iterator.next());
                assertEquals(2, results.iterator().next(), "all take from the same results");
                assertFalse(iterator.hasNext());
                assertThrows(NoSuchElementException.class, iterator::next);
            });
        }

        @StructuredTest
        void results_outside_their_block_are_refused() {
            List<Results<Integer>> escaped = new ArrayList<>();
            Combine.mapOrdered(upTo(2), 1, item -> item, escaped::add);
            assertEquals("The results of 'mapOrdered' are gone: their block has ended."
                    + " Take them inside the block.",
                    assertThrows(IllegalStateException.class, () -> escaped.getFirst().iterator().hasNext())
                            .getMessage());
        }

        @StructuredTest
        void waiting_for_a_result_is_a_checkpoint() {
            Combine.mapOrdered(upTo(2), 1, item -> item, results -> {
                assertTrue(assertCheckpoint(() -> results.iterator().hasNext()));
                assertEquals(1, assertCheckpoint(() -> results.iterator().next()));
            });
        }
    }

    @Nested
    class AsCompleted {
        @StructuredTest
        void ends_come_in_their_order(VirtualClock clock) {
            IOException error = new IOException("refused");
            List<Object> seen = new ArrayList<>();
            Combine.asCompleted(
                    List.of(() -> after(30, "slow"), () -> failAfter(20, error), () -> after(10, "fast")),
                    results -> {
                        for (Settled<Object> end : results) seen.add(end.orElseGet(e -> e));
                    });
            assertEquals(List.of("fast", error, "slow"), seen);
            assertEquals(millis(30), clock.now());
        }

        @StructuredTest
        void block_that_has_what_it_wants_stops_the_rest(VirtualClock clock) {
            List<String> seen = new ArrayList<>();
            Combine.<String>asCompleted(
                    List.of(() -> after(30, "slow"), () -> after(10, "fast"), Times::never),
                    results -> seen.add(results.iterator().next().orElseThrow()));
            assertEquals(List.of("fast"), seen);
            assertEquals(millis(10), clock.now());
        }

        @StructuredTest
        void values_that_nobody_has_taken_are_discarded(VirtualClock clock) {
            Combine.<String>asCompleted(List.of(() -> stubborn(30, "slow"), () -> after(10, "fast"),
                    () -> after(15, "left"), () -> failAfter(15, new IOException("refused"))), results -> {
                        assertEquals("fast", results.iterator().next().orElseThrow());
                        sleep(10);
                    }, discarded::add);
            assertEquals(List.of("left", "slow"), discarded.stream().sorted().toList());
            assertEquals(millis(30), clock.now());
        }

        @StructuredTest
        void nothing_ends_at_once_and_is_a_checkpoint() {
            assertCheckpoint(() -> Combine.<String>asCompleted(List.of(),
                    results -> assertFalse(results.iterator().hasNext())));
        }
    }

    @StructuredTest
    void settled_results_are_in_the_order_of_the_items_and_a_failure_stops_nothing(VirtualClock clock) {
        var failure = new IOException("2");
        List<Settled<String>> ends = Combine.mapSettled(counted(4), 2, item -> {
            sleep(100L * (5 - item));
            if (item == 2) throw failure;
            return "result " + item;
        });
        assertEquals(List.of(new Settled.Succeeded<>("result 1"), new Settled.Failed<String>(failure),
                new Settled.Succeeded<>("result 3"), new Settled.Succeeded<>("result 4")), ends);
        assertEquals(500, clock.now().toMillis()); // 400 and 300, then 200 and 100
        assertEquals(List.of("result 1", "result 3", "result 4"),
                ends.stream().flatMap(end -> end.toOptional().stream()).toList());
    }

    @StructuredTest
    void settled_results_do_not_hide_an_error_or_a_failure_of_the_source() {
        var error = new AssertionError("broken");
        assertEquals(error, assertThrows(AssertionError.class, () -> Combine.mapSettled(upTo(3), 2, _ -> {
            throw error;
        })));
        Iterable<Integer> source = () -> {
            throw new IllegalStateException("source");
        };
        assertThrows(IllegalStateException.class, () -> Combine.mapSettled(source, 2, item -> item));
        assertThrows(IllegalArgumentException.class, () -> Combine.mapSettled(upTo(3), 0, item -> item));
    }
}
