package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Body;
import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /// Sends the numbers from 1, each after a pause.
    private static ReceiveChannel<Integer> numbers(Nursery nursery, int count, Duration... pauses) {
        Channel<Integer> channel = Channels.open(0);
        nursery.startSoon("numbers", () -> {
            try {
                channel.sender().feed(out -> {
                    for (int i = 1; i <= count; i++) {
                        if (pauses.length > 0) Checkpoints.sleep(pauses[(i - 1) % pauses.length]);
                        out.send(i);
                    }
                });
            } catch (BrokenException _) {
                // every receiver has left
            }
        });
        return channel.receiver();
    }

    private static <T> List<T> all(ReceiveChannel<T> in) {
        List<T> items = new ArrayList<>();
        for (T item : in) items.add(item);
        return items;
    }

    private static <R> R within(Fn<Nursery, R, Exception> block) {
        return Nursery.call(block);
    }

    @StructuredTest
    void map_and_filter_keep_the_order() {
        assertEquals(List.of("2", "4"), within(nursery -> all(Stages.map(nursery,
                Stages.filter(nursery, numbers(nursery, 5), i -> i % 2 == 0), String::valueOf))));
    }

    @StructuredTest
    void parallel_map_runs_so_many_at_a_time_and_keeps_the_order(VirtualClock clock) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> results = within(
                nursery -> all(Stages.mapParallel(nursery, numbers(nursery, 9), 3, i -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Checkpoints.sleep(SECOND.multipliedBy(i % 3 + 1));
                    running.decrementAndGet();
                    return -i;
                })));
        assertEquals(IntStream.rangeClosed(1, 9).mapToObj(i -> -i).toList(), results);
        assertEquals(3, most.get());
        assertTrue(clock.now().compareTo(SECOND.multipliedBy(10)) < 0,
                "they ran side by side: " + clock.now());
    }

    @StructuredTest
    void batch_is_sent_when_it_is_full_or_when_its_time_is_up_and_what_is_left_at_the_end() {
        Duration soon = Duration.ofMillis(100);
        assertEquals(List.of(List.of(1, 2, 3), List.of(4, 5), List.of(6)),
                within(nursery -> all(Stages.batch(nursery,
                        numbers(nursery, 6, soon, soon, soon, soon, soon, SECOND.multipliedBy(2)), 3,
                        SECOND))));
        assertEquals(List.of(List.of(1, 2), List.of(3)), within(
                nursery -> all(Stages.batch(nursery, numbers(nursery, 3, soon), 2, SECOND))));
    }

    @StructuredTest
    void merge_sends_all_items_and_ends_with_the_last_channel() {
        List<Integer> merged = within(nursery -> all(Stages.merge(nursery,
                List.of(numbers(nursery, 3, SECOND), numbers(nursery, 4), numbers(nursery, 0)))));
        Collections.sort(merged);
        assertEquals(List.of(1, 1, 2, 2, 3, 3, 4), merged);
        assertEquals(List.of(), within(nursery -> all(Stages.<Integer>merge(nursery, List.of()))));
    }

    @StructuredTest
    @SuppressWarnings("NullAway") // what the compiler would refuse
    void merge_that_is_refused_half_way_lets_the_tasks_end_that_have_begun() {
        Channel<Integer> channel = Channels.open(1);
        Nursery.run(nursery -> {
            channel.sender().send(1);
            assertThrows(NullPointerException.class,
                    () -> Stages.merge(nursery, Arrays.asList(channel.receiver(), null)));
        });
        assertEquals(0, channel.statistics().openReceivers());
    }

    @StructuredTest
    void throttle_sends_everything_but_nothing_too_early(VirtualClock clock) {
        List<String> times = new ArrayList<>();
        within(nursery -> {
            for (int i : Stages.throttle(nursery, numbers(nursery, 4, Duration.ZERO, Duration.ZERO,
                    SECOND.multipliedBy(5)), SECOND)) {
                times.add(i + " at " + clock.now());
            }
            return times;
        });
        assertEquals(List.of("1 at PT0S", "2 at PT1S", "3 at PT5S", "4 at PT6S"), times);
    }

    @StructuredTest
    void throttle_keeps_the_interval_at_the_end_of_time(VirtualClock clock) {
        within(nursery -> {
            clock.jump(Duration.ofSeconds(Long.MAX_VALUE));
            ReceiveChannel<Integer> out = Stages.throttle(nursery,
                    numbers(nursery, 2, Duration.ZERO, Duration.ZERO), Duration.ofDays(1));
            assertEquals(1, out.receive());
            clock.settle();
            assertNull(out.tryReceive());
            nursery.scope().cancel();
            return out;
        });
    }

    @StructuredTest
    void debounce_sends_an_item_after_which_it_was_quiet_and_the_last(VirtualClock clock) {
        List<String> times = new ArrayList<>();
        Duration soon = Duration.ofMillis(100);
        within(nursery -> {
            for (int i : Stages.debounce(nursery, numbers(nursery, 5, soon, soon, soon, SECOND, soon),
                    Duration.ofMillis(500))) {
                times.add(i + " at " + clock.now());
            }
            return times;
        });
        assertEquals(List.of("3 at PT0.8S", "5 at PT1.4S"), times);
    }

    @StructuredTest
    void zip_ends_with_the_shorter_channel_and_lets_the_other_source_go() {
        assertEquals(List.of("1-1", "2-2"), within(nursery -> all(Stages.zip(nursery, numbers(nursery, 2),
                numbers(nursery, 1_000_000), (a, b) -> a + "-" + b))));
    }

    /// The other one may never send again.
    @StructuredTest
    void zip_ends_with_either_channel_while_the_other_is_silent() {
        IOException disk = new IOException("disk");
        for (Throwable cause : Arrays.asList(null, disk)) {
            for (boolean endsFirst : new boolean[]{true, false}) {
                Channel<Integer> ending = Channels.open(0);
                Channel<Integer> silent = Channels.open(0);
                ReceiveChannel<Integer> ends = ending.receiver();
                ReceiveChannel<Integer> waits = silent.receiver();
                List<Integer> got = new ArrayList<>();
                Body<RuntimeException> use = () -> Nursery.run(nursery -> {
                    ReceiveChannel<Integer> zipped = Stages.zip(nursery, endsFirst ? ends : waits,
                            endsFirst ? waits : ends, Integer::sum);
                    nursery.startSoon("source", () -> {
                        ending.sender().send(1);
                        silent.sender().send(2);
                        if (cause == null) ending.sender().close();
                        else
                            ending.sender().fail(cause);
                    });
                    got.addAll(all(zipped));
                });
                if (cause == null) use.run();
                else
                    assertThrows(NurseryFailedException.class, use::run);
                assertTrue(got.equals(List.of(3)) || cause != null, got.toString());
                assertThrows(BrokenException.class, () -> silent.sender().send(4));
            }
        }
    }

    @StructuredTest
    void zip_of_one_channel_with_itself_keeps_the_order() {
        assertEquals(List.of("1-2", "3-4"), within(nursery -> {
            ReceiveChannel<Integer> in = numbers(nursery, 5);
            return all(Stages.zip(nursery, in, in, (a, b) -> a + "-" + b));
        }));
    }

    /// A stage belongs to its nursery, whatever becomes of the code that has made it.
    @StructuredTest
    void merge_by_a_task_that_is_cancelled_ends_as_its_channels_do() {
        List<Integer> got = new ArrayList<>();
        Nursery.run(nursery -> {
            List<ReceiveChannel<Integer>> merged = new ArrayList<>();
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                merged.add(Stages.merge(nursery, List.of(numbers(nursery, 2))));
            });
            got.addAll(all(merged.getFirst()));
        });
        assertEquals(List.of(1, 2), got);
    }

    @StructuredTest
    void consumer_that_leaves_ends_all_stages() {
        int[] first = {0};
        within(nursery -> {
            ReceiveChannel<Integer> numbers = numbers(nursery, 1_000_000);
            ReceiveChannel<Integer> mapped = Stages.mapParallel(nursery, numbers, 2, i -> i + 1);
            ReceiveChannel<List<Integer>> batches = Stages.batch(nursery, mapped, 2, SECOND);
            try (ReceiveChannel<List<Integer>> last = Stages.filter(nursery, batches, _ -> true)) {
                first[0] = last.receive().getFirst();
            }
            return first;
        });
        assertEquals(2, first[0]);
    }

    @StructuredTest
    void failure_of_a_function_is_the_one_failure_of_the_nursery() {
        IOException disk = new IOException("disk");
        for (int limit = 0; limit < 3; limit++) {
            int parallel = limit;
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> Nursery.run(nursery -> {
                        Fn<Integer, Integer, IOException> broken = i -> {
                            if (i == 2) throw disk;
                            return i;
                        };
                        ReceiveChannel<Integer> numbers = numbers(nursery, 3);
                        ReceiveChannel<Integer> mapped = parallel == 0
                                ? Stages.map(nursery, numbers, broken)
                                : Stages.mapParallel(nursery, numbers, parallel, broken);
                        all(Stages.filter(nursery, mapped, _ -> true));
                    }));
            assertEquals(List.of(disk), failure.failures());
        }
    }

    /// A function may use channels of its own.
    @StructuredTest
    void function_that_throws_what_a_channel_throws_has_failed() {
        Channel<Integer> empty = Channels.open(0);
        empty.sender().close();
        Channel<Integer> broken = Channels.open(0);
        broken.sender().fail(new IOException("disk"));
        for (ReceiveChannel<Integer> other : List.of(empty.receiver(), broken.receiver())) {
            assertFails(nursery -> Stages.map(nursery, numbers(nursery, 2), _ -> other.receive()));
            assertFails(nursery -> Stages.mapParallel(nursery, numbers(nursery, 2), 2, _ -> other.receive()));
            assertFails(nursery -> Stages.filter(nursery, numbers(nursery, 2), _ -> other.receive() > 0));
            assertFails(nursery -> Stages.zip(nursery, numbers(nursery, 2), numbers(nursery, 2),
                    (_, _) -> other.receive()));
        }
    }

    /// Asserts that the stage fails, and that a receiver behind a shield gets the failure and no regular end.
    private static void assertFails(Fn<Nursery, ReceiveChannel<Integer>, RuntimeException> stage) {
        assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
            ReceiveChannel<Integer> out = stage.apply(nursery);
            new CancelScope().withShield().run(() -> assertThrows(BrokenException.class, () -> all(out)));
        }));
    }

    @StructuredTest
    void items_come_before_the_cause_of_a_source_outside_which_stays_the_same() {
        IOException disk = new IOException("disk");
        Channel<Integer> source = Channels.open(3);
        for (int i = 1; i <= 3; i++) source.sender().send(i);
        source.sender().fail(disk);
        List<List<Integer>> got = new ArrayList<>();
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    ReceiveChannel<List<Integer>> batches = Stages.batch(nursery,
                            Stages.map(nursery, source.receiver(), i -> i), 2, SECOND);
                    new CancelScope().withShield().run(() -> {
                        for (List<Integer> batch : batches) got.add(batch);
                    });
                }));
        assertEquals(List.of(1, 2), got.getFirst());
        assertSame(disk, assertInstanceOf(BrokenException.class, failure.getCause()).getCause());
    }

    /// The results of items that came before the cause come before it, even if they take longer.
    @StructuredTest
    void parallel_map_sends_all_results_before_the_cause_of_its_source() {
        IOException disk = new IOException("disk");
        Channel<Integer> source = Channels.open(4);
        for (int i = 1; i <= 4; i++) source.sender().send(i);
        source.sender().fail(disk);
        List<Integer> got = new ArrayList<>();
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    ReceiveChannel<Integer> out = Stages.mapParallel(nursery, source.receiver(), 2, i -> {
                        Checkpoints.sleep(SECOND);
                        return i;
                    });
                    new CancelScope().withShield().run(() -> {
                        for (int item : out) got.add(item);
                    });
                }));
        assertEquals(List.of(1, 2, 3, 4), got);
        assertSame(disk, assertInstanceOf(BrokenException.class, failure.getCause()).getCause());
    }

    @StructuredTest
    void figures_out_of_range_are_refused_at_once() {
        within(nursery -> {
            ReceiveChannel<Integer> in = numbers(nursery, 1);
            for (Runnable wrong : Stream.<Runnable>of(() -> Stages.mapParallel(nursery, in, 0, i -> i),
                    () -> Stages.batch(nursery, in, 0, SECOND),
                    () -> Stages.batch(nursery, in, 1, SECOND.negated()),
                    () -> Stages.throttle(nursery, in, SECOND.negated()),
                    () -> Stages.debounce(nursery, in, SECOND.negated())).toList()) {
                assertThrows(IllegalArgumentException.class, wrong::run);
            }
            assertEquals(List.of(1), all(Stages.throttle(nursery, in, Duration.ofSeconds(Long.MAX_VALUE))));
            return in;
        });
    }

    /// A pipeline of stages drawn from the seed, cancelled anywhere: what comes out is a beginning of what
    /// should, and all of it if nobody was cancelled.
    @Test
    void stages_lose_nothing_and_leave_no_task_whoever_is_cancelled() {
        ChannelSimulationTest.check(simulation -> {
            RandomGenerator random = simulation.random();
            CancelScope scope = new CancelScope();
            if (random.nextBoolean()) simulation.cancelAnywhere(scope);
            int leaveAfter = random.nextInt(8);
            List<Integer> got = new ArrayList<>();
            int[] kinds = {random.nextInt(6), random.nextInt(6)};
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                ReceiveChannel<Integer> in = numbers(nursery, 4);
                for (int kind : kinds) in = stage(nursery, in, kind);
                try (ReceiveChannel<Integer> last = in) {
                    for (int item : last) {
                        got.add(item);
                        if (got.size() == leaveAfter) break;
                    }
                }
            })));
            List<Integer> expected = List.of(1, 2, 3, 4);
            assertEquals(expected.subList(0, got.size()), got);
            if (!scope.isCancelled()) {
                assertEquals(leaveAfter == 0 ? 4 : Math.min(4, leaveAfter), got.size());
            }
        });
    }

    private static ReceiveChannel<Integer> stage(Nursery nursery, ReceiveChannel<Integer> in, int kind) {
        return switch (kind) {
            case 0 -> Stages.map(nursery, in, i -> i);
            case 1 -> Stages.mapParallel(nursery, in, 2, i -> i);
            case 2 -> Stages.throttle(nursery, in, Duration.ofMillis(1));
            case 3 -> Stages.merge(nursery, List.of(in));
            case 4 -> Stages.zip(nursery, in, numbers(nursery, 9), (i, _) -> i);
            default -> Stages.map(nursery, Stages.batch(nursery, in, 1, SECOND), List::getFirst);
        };
    }
}
