package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The end of a channel whose sending side has failed: receivers get what was sent, and then the cause.
class ChannelFailureTest {
    private final IOException disk = new IOException("disk");

    private static List<Integer> drain(ReceiveChannel<Integer> in) {
        List<Integer> items = new ArrayList<>();
        for (Integer item = in.tryReceive(); item != null; item = in.tryReceive()) items.add(item);
        return items;
    }

    @StructuredTest
    void items_in_the_buffer_come_before_the_cause() {
        Channel<Integer> channel = Channels.open("numbers", 2);
        channel.sender().send(1);
        channel.sender().send(2);
        channel.sender().fail(disk);
        assertEquals(1, channel.receiver().receive());
        assertEquals(2, channel.receiver().tryReceive());
        for (int i = 0; i < 2; i++) {
            BrokenException thrown = assertThrows(BrokenException.class, channel.receiver()::receive);
            assertSame(disk, thrown.getCause());
            assertEquals("Waiting for an item of channel 'numbers' is in vain: a task that sends has failed",
                    thrown.getMessage());
            assertSame(disk, assertThrows(BrokenException.class, channel.receiver()::tryReceive).getCause());
        }
    }

    @StructuredTest
    void item_of_a_sender_that_waits_comes_before_the_cause() {
        Channel<Integer> channel = Channels.open(0);
        SendChannel<Integer> other = channel.sender().duplicate();
        Nursery.run(nursery -> {
            nursery.startSoon("waits", () -> other.feed(out -> out.send(1)));
            Checkpoints.sleep(Duration.ofMillis(1));
            channel.sender().fail(disk);
            assertEquals(1, channel.receiver().receive());
            assertSame(disk, assertThrows(BrokenException.class, channel.receiver()::receive).getCause());
        });
    }

    @StructuredTest
    void receivers_that_wait_are_woken_and_get_the_cause() {
        Channel<Integer> channel = Channels.open(0);
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("receiver", () -> assertSame(disk,
                        assertThrows(BrokenException.class, channel.receiver()::receive).getCause()));
            }
            Checkpoints.sleep(Duration.ofMillis(1));
            channel.sender().fail(disk);
        });
    }

    @StructuredTest
    void loop_over_the_items_throws_the_cause_in_place_of_ending() {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().send(1);
        channel.sender().fail(disk);
        List<Integer> items = new ArrayList<>();
        BrokenException thrown = assertThrows(BrokenException.class, () -> {
            for (int item : channel.receiver()) items.add(item);
        });
        assertSame(disk, thrown.getCause());
        assertEquals(List.of(1), items);
    }

    @StructuredTest
    void select_throws_the_cause_also_where_a_clause_says_what_to_do_at_the_end() {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().send(1);
        channel.sender().fail(disk);
        Select<String> select = new Select<String>().receive(channel.receiver(), item -> "item " + item,
                () -> "the end");
        assertEquals("item 1", select.await());
        assertSame(disk, assertThrows(BrokenException.class, select::await).getCause());
        assertSame(disk, assertThrows(BrokenException.class, select::await).getCause());
    }

    @StructuredTest
    void select_that_waits_is_woken_and_throws_the_cause() {
        Channel<Integer> channel = Channels.open(0);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                Checkpoints.sleep(Duration.ofMillis(1));
                channel.sender().fail(disk);
            });
            Select<String> select = new Select<String>().receive(channel.receiver(), item -> "item " + item,
                    () -> "the end");
            assertSame(disk, assertThrows(BrokenException.class, select::await).getCause());
        });
    }

    @StructuredTest
    void batch_has_the_items_and_the_next_one_throws_the_cause() {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().send(1);
        channel.sender().send(2);
        channel.sender().fail(disk);
        assertEquals(List.of(1, 2), channel.receiver().receiveUpTo(5));
        assertSame(disk,
                assertThrows(BrokenException.class, () -> channel.receiver().receiveUpTo(5)).getCause());
    }

    @StructuredTest
    void other_handles_go_on_and_the_first_cause_is_told_when_the_last_is_closed() {
        Channel<Integer> channel = Channels.open(4);
        SendChannel<Integer> second = channel.sender().duplicate();
        SendChannel<Integer> third = channel.sender().duplicate();
        channel.sender().fail(disk);
        second.send(1);
        second.fail(new IOException("network"));
        assertEquals(1, channel.receiver().receive());
        assertNull(channel.receiver().tryReceive());
        third.close();
        assertSame(disk, assertThrows(BrokenException.class, channel.receiver()::receive).getCause());
    }

    @StructuredTest
    void handle_that_is_closed_does_not_fail_and_one_that_has_failed_does_not_close() {
        Channel<Integer> regular = Channels.open(0);
        regular.sender().close();
        regular.sender().fail(disk);
        assertThrows(EndOfChannelException.class, regular.receiver()::receive);
        Channel<Integer> failed = Channels.open(0);
        failed.sender().fail(disk);
        failed.sender().close();
        assertThrows(BrokenException.class, failed.receiver()::receive);
        assertThrows(ChannelClosedException.class, () -> failed.sender().trySend(1));
    }

    @StructuredTest
    void block_that_returns_is_the_regular_end() {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().feed(out -> out.send(1));
        assertEquals(1, channel.receiver().receive());
        assertThrows(EndOfChannelException.class, channel.receiver()::receive);
    }

    @StructuredTest
    void block_that_throws_is_the_cause_and_throws_it_also_where_it_is_caught() {
        Channel<Integer> channel = Channels.open(2);
        assertSame(disk, assertThrows(IOException.class, () -> channel.sender().feed(out -> {
            out.send(1);
            throw disk;
        })));
        Checkpoints.checkpoint();
        assertEquals(List.of(1), List.of(channel.receiver().receive()));
        assertSame(disk, assertThrows(BrokenException.class, channel.receiver()::receive).getCause());
    }

    @StructuredTest
    void block_that_throws_an_error_is_no_regular_end_either() {
        Channel<Integer> channel = Channels.open(0);
        AssertionError error = new AssertionError("bug");
        assertSame(error, assertThrows(AssertionError.class, () -> channel.sender().feed(_ -> {
            throw error;
        })));
        assertSame(error, assertThrows(BrokenException.class, channel.receiver()::receive).getCause());
    }

    @StructuredTest
    void block_that_is_cancelled_is_told_with_the_reason_and_not_with_the_cancellation_itself() {
        Channel<Integer> channel = Channels.open(1);
        CancelScope scope = new CancelScope("slow disk").withTimeout(Duration.ofSeconds(1));
        scope.run(() -> channel.sender().feed(out -> {
            out.send(1);
            Checkpoints.sleepForever();
        }));
        assertEquals(1, channel.receiver().receive());
        BrokenException thrown = assertThrows(BrokenException.class, channel.receiver()::receive);
        ScopeCancelledException cause = assertInstanceOf(ScopeCancelledException.class, thrown.getCause());
        assertEquals(CancelReason.Source.DEADLINE, cause.reason().source());
        assertEquals("slow disk", cause.reason().scope());
    }

    @StructuredTest
    void closing_in_a_cancelled_task_is_no_regular_end_unless_it_is_shielded() {
        Channel<Integer> cut = Channels.open(0);
        Channel<Integer> whole = Channels.open(0);
        new CancelScope().run(() -> {
            try {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    try {
                        Checkpoints.checkpoint();
                    } finally {
                        cut.sender().close();
                        Cleanup.run(Duration.ofSeconds(1), whole.sender()::close);
                    }
                });
            } finally {
                assertThrows(BrokenException.class, cut.receiver()::receive);
                assertThrows(EndOfChannelException.class, whole.receiver()::receive);
            }
        });
    }

    @StructuredTest
    void receiver_that_fails_for_it_is_no_second_failure_of_the_nursery() {
        Channel<Integer> raw = Channels.open(0);
        Channel<Integer> cooked = Channels.open(0);
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> {
                    nursery.startSoon("cook",
                            () -> new CancelScope().withShield().run(() -> cooked.sender().feed(out -> {
                                for (int item : raw.receiver()) out.send(item);
                            })));
                    nursery.startSoon("guest", () -> new CancelScope().withShield().run(() -> {
                        for (int item : cooked.receiver()) assertEquals(1, item);
                    }));
                    nursery.startSoon("farmer", () -> raw.sender().feed(out -> {
                        out.send(1);
                        throw disk;
                    }));
                }));
        assertEquals(List.of(disk), failure.failures());
        assertSame(disk, failure.getCause());
        assertEquals(0, failure.getSuppressed().length);
    }

    @StructuredTest
    void receiver_that_fails_for_a_failure_of_another_nursery_fails() {
        Channel<Integer> channel = Channels.open(0);
        assertThrows(NurseryFailedException.class, () -> Nursery.run(_ -> channel.sender().feed(_ -> {
            throw disk;
        })));
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(_ -> channel.receiver().receive()));
        assertSame(disk, assertInstanceOf(BrokenException.class, failure.getCause()).getCause());
    }

    @StructuredTest
    void readers_of_a_broadcast_get_their_items_and_then_the_cause() {
        Broadcast<Integer> broadcast = Broadcast.open("prices", 4, SlowReader.BLOCK);
        ReceiveChannel<Integer> fast = broadcast.subscribe();
        ReceiveChannel<Integer> slow = broadcast.subscribe();
        assertSame(disk, assertThrows(IOException.class, () -> broadcast.feed(() -> {
            broadcast.send(1);
            broadcast.send(2);
            assertEquals(List.of(1, 2), drain(fast));
            throw disk;
        })));
        assertSame(disk, assertThrows(BrokenException.class, fast::receive).getCause());
        assertEquals(List.of(1, 2), List.of(slow.receive(), slow.receive()));
        assertSame(disk, assertThrows(BrokenException.class, slow::receive).getCause());
        assertThrows(ChannelClosedException.class, broadcast::subscribe);
    }

    /// Never a regular end, and not only an exception without the cause.
    @StructuredTest
    void late_readers_of_a_failed_broadcast_get_the_replayed_items_and_then_the_cause() {
        for (SlowReader policy : SlowReader.values()) {
            Broadcast<Integer> broadcast = Broadcast.open("prices", 4, policy, 2);
            for (int i = 1; i <= 3; i++) broadcast.send(i);
            broadcast.fail(disk);
            for (int i = 0; i < 2; i++) {
                ReceiveChannel<Integer> late = broadcast.subscribe();
                assertEquals(List.of(2, 3), List.of(late.receive(), late.receive()));
                assertSame(disk, assertThrows(BrokenException.class, late::receive).getCause());
                assertSame(disk, assertThrows(BrokenException.class, late::tryReceive).getCause());
            }
        }
    }

    @StructuredTest
    void broadcast_whose_block_returns_ends_regularly_and_one_that_has_failed_stays_so() {
        Broadcast<Integer> whole = Broadcast.open("whole", 1, SlowReader.BLOCK);
        ReceiveChannel<Integer> reader = whole.subscribe();
        whole.feed(() -> whole.send(1));
        whole.fail(disk);
        assertEquals(1, reader.receive());
        assertThrows(EndOfChannelException.class, reader::receive);
        Broadcast<Integer> cut = Broadcast.open("cut", 1, SlowReader.BLOCK);
        ReceiveChannel<Integer> other = cut.subscribe();
        cut.fail(disk);
        cut.close();
        assertSame(disk, assertThrows(BrokenException.class, other::receive).getCause());
    }
}
