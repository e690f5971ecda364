package dev.structured.core.scenarios;

import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.ChannelClosedException;
import dev.structured.core.channel.ChannelStatistics;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.EndOfChannelException;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SendChannel;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Section 3.F.
class F_ChannelsTest extends Scenarios {

    @StructuredTest
    void s75_buffer_takes_what_fits_in_order_and_says_when_it_is_full_or_empty() {
        Channel<Integer> channel = Channels.open(2);
        SendChannel<Integer> sender = channel.sender();
        ReceiveChannel<Integer> receiver = channel.receiver();
        assertTrue(sender.trySend(1));
        sender.send(2);
        assertFalse(sender.trySend(3), "it is full");
        assertEquals(1, receiver.receive());
        assertEquals(2, receiver.tryReceive());
        assertNull(receiver.tryReceive(), "it is empty");
    }

    @StructuredTest
    void s75_buffered_items_come_before_the_end() {
        Channel<String> channel = Channels.open(2);
        channel.sender().send("last");
        channel.sender().close();
        assertEquals("last", channel.receiver().receive());
        assertThrows(EndOfChannelException.class, () -> channel.receiver().receive());
        assertThrows(EndOfChannelException.class, () -> channel.receiver().tryReceive());
    }

    @StructuredTest
    void s75_closed_handle_refuses_everything_and_is_closed_in_a_cancelled_scope_too() {
        Channel<Integer> channel = Channels.open(2);
        SendChannel<Integer> sender = channel.sender();
        ReceiveChannel<Integer> receiver = channel.receiver();
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            assertNoCheckpoint(sender::close);
            assertNoCheckpoint(receiver::close);
            sender.close();
            receiver.close();
            trail.add("closed");
        });
        assertEquals(List.of("closed"), trail);
        assertThrows(ChannelClosedException.class, () -> sender.send(1));
        assertThrows(ChannelClosedException.class, () -> sender.trySend(1));
        assertThrows(ChannelClosedException.class, sender::duplicate);
        assertThrows(ChannelClosedException.class, receiver::receive);
        assertThrows(ChannelClosedException.class, receiver::tryReceive);
        assertThrows(ChannelClosedException.class, receiver::duplicate);
    }

    @StructuredTest
    void s76_without_a_buffer_nothing_is_sent_or_received_unless_somebody_waits() {
        Channel<Integer> channel = Channels.open(0);
        assertFalse(channel.sender().trySend(1));
        assertNull(channel.receiver().tryReceive());
    }

    @StructuredTest
    void s76_without_a_buffer_sending_takes_until_it_is_received(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(0);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                channel.sender().send(1);
                assertEquals(3, time(clock));
                assertFalse(channel.sender().trySend(2));
                trail.add("sent");
            });
            sleep(3);
            assertEquals(List.of(), trail);
            assertEquals(1, channel.receiver().receive());
        });
        assertEquals(List.of("sent"), trail);
    }

    @StructuredTest
    void s77_receiver_that_gave_up_takes_no_item_with_it(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(1);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                sleep(20);
                channel.sender().send(5);
                assertEquals(20, time(clock));
            });
            assertTrue(Timeouts.moveOnAfter(seconds(10), () -> channel.receiver().receive()).isCancelled());
            assertEquals(0, channel.statistics().waitingReceivers());
            assertEquals(5, channel.receiver().receive());
        });
    }

    @StructuredTest
    void s79_item_that_was_sent_belongs_to_who_waited(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(1);
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", () -> assertEquals(2, channel.receiver().receive()));
            clock.settle();
            assertTrue(channel.sender().trySend(2));
            assertNull(channel.receiver().tryReceive());
        });
    }

    @StructuredTest
    void s79_slot_that_gets_free_belongs_to_who_waited(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(1);
        channel.sender().send(1);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> channel.sender().send(2));
            clock.settle();
            assertEquals(1, channel.receiver().tryReceive());
            assertFalse(channel.sender().trySend(3));
            assertEquals(2, channel.receiver().tryReceive());
        });
    }

    @StructuredTest
    void s81_closing_a_sending_handle_ends_the_sends_on_that_very_one(VirtualClock clock) {
        Channel<String> channel = Channels.open(0);
        SendChannel<String> first = channel.sender();
        SendChannel<String> second = first.duplicate();
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> {
                assertThrows(ChannelClosedException.class, () -> first.send("first"));
                trail.add("closed");
            });
            clock.settle();
            nursery.startSoon("second", () -> second.send("second"));
            clock.settle();
            first.close();
            assertEquals("second", channel.receiver().receive());
        });
        assertEquals(List.of("closed"), trail);
    }

    @StructuredTest
    void s81_closing_a_receiving_handle_ends_the_receives_on_that_very_one(VirtualClock clock) {
        Channel<String> channel = Channels.open(0);
        ReceiveChannel<String> first = channel.receiver();
        ReceiveChannel<String> second = first.duplicate();
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> {
                assertThrows(ChannelClosedException.class, first::receive);
                trail.add("closed");
            });
            clock.settle();
            nursery.startSoon("second", () -> assertEquals("item", second.receive()));
            clock.settle();
            first.close();
            channel.sender().send("item");
        });
        assertEquals(List.of("closed"), trail);
    }

    @StructuredTest
    void s82_when_the_last_receiver_closes_senders_are_told_and_the_buffer_is_discarded(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().send(1);
        channel.sender().send(2);
        Nursery.run(nursery -> {
            for (int i = 3; i < 5; i++) {
                int item = i;
                nursery.startSoon("sender", () -> {
                    assertThrows(BrokenException.class, () -> channel.sender().send(item));
                    trail.add("broken");
                });
            }
            clock.settle();
            channel.receiver().close();
        });
        assertEquals(List.of("broken", "broken"), trail);
        assertEquals(0, channel.statistics().buffered());
        assertEquals(2, channel.statistics().discarded());
        assertThrows(BrokenException.class, () -> channel.sender().send(5));
        assertThrows(BrokenException.class, () -> channel.sender().trySend(5));
    }

    @StructuredTest
    void s82_while_a_duplicate_is_open_nothing_happens() {
        Channel<Integer> channel = Channels.open(2);
        ReceiveChannel<Integer> other = channel.receiver().duplicate();
        channel.sender().send(1);
        channel.receiver().close();
        channel.sender().send(2);
        assertEquals(1, other.receive());
        assertEquals(2, other.receive());
    }

    @StructuredTest
    void s84_consumer_ends_by_itself_with_exactly_what_all_producers_sent() {
        Channel<Integer> channel = Channels.open(0);
        List<Integer> received = new ArrayList<>();
        Nursery.run(nursery -> {
            channel.sender().feed(original -> {
                for (int i = 0; i < 10; i++) {
                    SendChannel<Integer> mine = original.duplicate();
                    int producer = i;
                    nursery.startSoon("producer", () -> mine.feed(_ -> {
                        for (int j = 0; j < 3; j++) mine.send(producer * 3 + j);
                    }));
                }
            });
            for (int item : channel.receiver()) received.add(item);
        });
        assertEquals(30, received.size());
        assertEquals(new TreeSet<>(IntStream.range(0, 30).boxed().toList()), new TreeSet<>(received));
    }

    @StructuredTest
    void s84_each_item_goes_to_one_consumer_and_each_of_those_that_wait_gets_some(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(1);
        List<List<Integer>> received = new ArrayList<>();
        Nursery.run(nursery -> {
            for (int i = 0; i < 5; i++) {
                List<Integer> mine = new ArrayList<>();
                received.add(mine);
                nursery.startSoon("consumer", () -> {
                    for (int item : channel.receiver()) mine.add(item);
                });
            }
            clock.settle();
            for (int i = 0; i < 10; i++) {
                channel.sender().send(i);
                clock.settle();
            }
            channel.sender().close();
        });
        List<Integer> all = received.stream().flatMap(List::stream).sorted().toList();
        assertEquals(IntStream.range(0, 10).boxed().toList(), all);
        for (List<Integer> mine : received) assertEquals(2, mine.size(), "they take turns");
    }

    @StructuredTest
    void s85_statistics_are_exact(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(2);
        assertEquals("2, 0, 0, 1, 1, 0, 0, 0, 0, 0", figures(channel.statistics()));
        Nursery.run(nursery -> {
            CancelScope cancelled = new CancelScope();
            nursery.startSoon("first receiver", () -> cancelled.run(() -> channel.receiver().receive()));
            nursery.startSoon("second receiver", () -> channel.receiver().receive());
            clock.settle();
            assertEquals(2, channel.statistics().waitingReceivers());
            cancelled.cancel();
            clock.settle();
            assertEquals(1, channel.statistics().waitingReceivers());
            channel.sender().send(1);
            clock.settle();
            assertEquals("2, 0, 0, 1, 1, 0, 0, 1, 1, 0", figures(channel.statistics()));
        });
        Nursery.run(nursery -> {
            SendChannel<Integer> other = channel.sender().duplicate();
            channel.sender().send(2);
            channel.sender().send(3);
            CancelScope cancelled = new CancelScope();
            nursery.startSoon("first sender", () -> cancelled.run(() -> channel.sender().send(4)));
            nursery.startSoon("second sender", () -> channel.sender().send(5));
            clock.settle();
            assertEquals("2, 2, 2, 2, 1, 2, 0, 3, 1, 0", figures(channel.statistics()));
            cancelled.cancel();
            clock.settle();
            assertEquals(1, channel.statistics().waitingSenders());
            assertEquals(List.of(2, 3, 5), channel.receiver().receiveUpTo(10));
            other.close();
        });
        assertEquals("2, 0, 2, 1, 1, 0, 0, 4, 4, 0", figures(channel.statistics()));
    }

    /// Capacity, buffered, peak; open senders and receivers; waiting senders and receivers; sent, received,
    /// discarded.
    private static String figures(ChannelStatistics now) {
        return String.join(", ", Stream.of(now.capacity(), now.buffered(), now.peak(), now.openSenders(),
                now.openReceivers(), now.waitingSenders(), now.waitingReceivers(), now.sent(), now.received(),
                now.discarded()).map(Object::toString).toList());
    }
}
