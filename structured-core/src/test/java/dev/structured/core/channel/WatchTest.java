package dev.structured.core.channel;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final Watch<Integer> watch = Watch.open("level", 1);

    @StructuredTest
    void reader_receives_the_present_value_first_and_skips_what_was_replaced() {
        watch.set(2);
        ReceiveChannel<Integer> reader = watch.subscribe();
        assertEquals(2, reader.receive());
        assertNull(reader.tryReceive());
        watch.set(3);
        watch.set(4);
        assertEquals(4, watch.get());
        assertEquals(4, reader.receive());
        assertNull(reader.tryReceive());
        assertEquals(1, reader.statistics().discarded());
    }

    @StructuredTest
    void readers_that_wait_are_woken_and_end_with_the_last_value(VirtualClock clock) {
        List<Integer> seen = new ArrayList<>();
        Nursery.run(nursery -> {
            nursery.startSoon("reader", () -> {
                try (ReceiveChannel<Integer> reader = watch.subscribe()) {
                    for (int value : reader) seen.add(value);
                }
            });
            watch.feed(() -> {
                for (int value = 2; value <= 4; value++) {
                    clock.settle();
                    watch.set(value);
                }
            });
        });
        assertEquals(List.of(1, 2, 3, 4), seen);
    }

    @StructuredTest
    void new_reader_of_one_that_is_over_gets_the_last_value_and_how_it_ended() {
        watch.close();
        ReceiveChannel<Integer> late = watch.subscribe();
        assertEquals(1, late.receive());
        assertThrows(EndOfChannelException.class, late::receive);
        assertThrows(ChannelClosedException.class, () -> watch.set(2));
        assertThrows(ChannelClosedException.class, () -> watch.update(value -> value + 1));
        assertEquals(1, watch.get());
        Watch<Integer> failed = Watch.open("level", 1);
        IOException cause = new IOException("disk");
        assertThrows(IOException.class, () -> failed.feed(() -> {
            throw cause;
        }));
        ReceiveChannel<Integer> reader = failed.subscribe();
        assertEquals(1, reader.receive());
        assertSame(cause, assertThrows(BrokenException.class, reader::receive).getCause());
    }

    @StructuredTest
    void waiting_for_a_value_returns_the_first_that_meets_the_condition(VirtualClock clock) {
        assertEquals(1, watch.await(value -> value == 1));
        assertCheckpoint(() -> {
            watch.await(value -> value == 1);
        });
        Nursery.run(nursery -> {
            nursery.startSoon("setter", () -> {
                for (int value = 2; value <= 9; value++) {
                    clock.settle();
                    watch.set(value);
                }
            });
            assertEquals(5, watch.await(value -> value >= 5));
        });
        assertTrue(Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
            watch.await(value -> value > 9);
        }).isCancelled());
        watch.close();
        assertEquals(9, watch.await(value -> value == 9));
        assertThrows(EndOfChannelException.class, () -> watch.await(value -> value > 9));
    }

    @StructuredTest
    void setting_is_no_checkpoint_and_takes_no_null() {
        assertNoCheckpoint(() -> watch.set(2));
        assertThrows(NullPointerException.class, () -> watch.set(null));
        assertThrows(NullPointerException.class, () -> watch.update(_ -> null));
        assertEquals("watch 'level'", watch.toString());
    }

    @StructuredTest
    void updates_from_many_tasks_are_all_counted() {
        AtomicInteger calls = new AtomicInteger();
        Nursery.run(nursery -> {
            for (int i = 0; i < 10; i++) {
                nursery.startSoon("adder", () -> {
                    for (int j = 0; j < 100; j++) {
                        watch.update(value -> {
                            calls.incrementAndGet();
                            return value + 1_000;
                        });
                    }
                });
            }
        });
        assertEquals(1_000_001, watch.get());
        assertTrue(calls.get() >= 1_000);
    }

    @StructuredTest
    void new_readers_of_a_broadcast_with_replay_receive_the_latest_items() {
        Broadcast<Integer> broadcast = Broadcast.open("prices", 3, SlowReader.BLOCK, 2);
        ReceiveChannel<Integer> early = broadcast.subscribe();
        for (int i = 1; i <= 3; i++) broadcast.send(i);
        ReceiveChannel<Integer> late = broadcast.subscribe();
        assertEquals(List.of(1, 2, 3), early.receiveUpTo(9));
        broadcast.send(4);
        broadcast.close();
        assertEquals(List.of(2, 3, 4), late.receiveUpTo(9));
        assertThrows(EndOfChannelException.class, late::receive);
        assertThrows(ChannelClosedException.class, broadcast::subscribe);
        for (Runnable wrong : Stream.<Runnable>of(() -> Broadcast.open("b", 1, SlowReader.BLOCK, 2),
                () -> Broadcast.open("b", 1, SlowReader.BLOCK, -1)).toList()) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
    }

    /// Readers that come and are cancelled anywhere see values that never go back, and those that stay the
    /// last one.
    @Test
    void readers_see_values_in_their_order_and_the_last_one() {
        ChannelSimulationTest.check(simulation -> {
            Watch<Integer> values = Watch.open("level", 0);
            List<List<Integer>> seen = new ArrayList<>();
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("setter", () -> values.feed(() -> {
                    for (int i = 1; i <= 4; i++) {
                        int next = i;
                        if (i % 2 == 0) values.set(next);
                        else
                            values.update(_ -> next);
                    }
                }));
                for (int i = 0; i < 3; i++) {
                    List<Integer> mine = new ArrayList<>();
                    seen.add(mine);
                    CancelScope scope = new CancelScope();
                    if (i == 0) simulation.cancelAnywhere(scope);
                    nursery.startSoon("reader", () -> scope.run(() -> {
                        try (ReceiveChannel<Integer> reader = values.subscribe()) {
                            for (int value : reader) mine.add(value);
                        }
                    }));
                }
                assertEquals(4, values.await(value -> value == 4));
            }));
            for (List<Integer> mine : seen) assertEquals(mine.stream().sorted().distinct().toList(), mine);
            for (List<Integer> mine : seen.subList(1, 3)) assertEquals(4, mine.getLast());
        });
    }
}
