package dev.structured.core.channel;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What everything that hands items from task to task has to keep, however it is made.
abstract class ChannelContract {
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// A channel under test.
    interface Ends {
        /// How many items it holds.
        int capacity();

        void send(int item);

        boolean trySend(int item);

        void closeSender();

        int receive();

        @Nullable
        Integer tryReceive();

        ChannelStatistics statistics();
    }

    abstract Ends open();

    private static void fill(Ends channel) {
        int items = Math.min(channel.capacity(), 20);
        for (int i = 0; i < items; i++) channel.send(-1);
    }

    private static boolean canFill(Ends channel) {
        return channel.capacity() < 20;
    }

    @StructuredTest
    void items_come_in_the_order_in_which_they_were_sent_and_then_the_end() {
        Ends channel = open();
        List<Integer> received = new ArrayList<>();
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                for (int i = 0; i < 100; i++) channel.send(i);
                channel.closeSender();
            });
            while (received.size() < 100)
                received.add(channel.receive());
            assertThrows(EndOfChannelException.class, channel::receive);
            assertThrows(EndOfChannelException.class, channel::tryReceive);
        });
        assertEquals(IntStream.range(0, 100).boxed().toList(), received);
    }

    @StructuredTest
    void sending_and_receiving_are_checkpoints_also_when_they_need_not_wait(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", channel::receive);
            clock.settle();
            assertCheckpoint(() -> channel.send(1));
            nursery.startSoon("sender", () -> channel.send(2));
            clock.settle();
            assertCheckpoint(channel::receive);
        });
    }

    @StructuredTest
    void trying_is_no_checkpoint(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", channel::receive);
            clock.settle();
            assertNoCheckpoint(() -> assertTrue(channel.trySend(1)));
            nursery.startSoon("sender", () -> channel.send(2));
            clock.settle();
            assertNoCheckpoint(() -> assertEquals(2, channel.tryReceive()));
            assertNoCheckpoint(() -> assertNull(channel.tryReceive()));
        });
    }

    @StructuredTest
    void cancelled_operation_has_no_effect_although_it_could_go_on_at_once(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", () -> trail.add("received " + channel.receive()));
            clock.settle();
            cancelled(() -> channel.send(1));
            clock.settle();
            assertEquals(List.of(), trail);
            channel.send(2);
            clock.settle();
            assertEquals(List.of("received 2"), trail);
            nursery.startSoon("sender", () -> channel.send(3));
            clock.settle();
            cancelled(channel::receive);
            assertEquals(3, channel.receive());
        });
    }

    private static void cancelled(Runnable code) {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            assertThrows(Cancelled.class, code::run);
        });
    }

    @StructuredTest
    void receiver_that_is_cancelled_leaves_the_item_to_the_next(VirtualClock clock) {
        Ends channel = open();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> scope.run(() -> trail.add("first " + channel.receive())));
            clock.settle();
            nursery.startSoon("second", () -> trail.add("second " + channel.receive()));
            clock.settle();
            scope.cancel();
            channel.send(1);
        });
        assertEquals(List.of("second 1"), trail);
        assertEquals(0, channel.statistics().waitingReceivers());
    }

    @StructuredTest
    void item_that_was_handed_over_is_received_although_a_cancellation_follows(VirtualClock clock) {
        Ends channel = open();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", () -> scope.run(() -> {
                trail.add("received " + channel.receive());
                Checkpoints.sleepForever();
            }));
            clock.settle();
            assertTrue(channel.trySend(1));
            scope.cancel();
        });
        assertEquals(List.of("received 1"), trail);
        assertTrue(scope.absorbedCancellation());
    }

    @StructuredTest
    void sender_that_is_cancelled_has_sent_nothing(VirtualClock clock) {
        Ends channel = open();
        if (!canFill(channel)) return;
        fill(channel);
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("first", () -> scope.run(() -> channel.send(1)));
            clock.settle();
            nursery.startSoon("second", () -> channel.send(2));
            clock.settle();
            scope.cancel();
            clock.settle();
            for (int i = 0; i < channel.capacity(); i++) assertEquals(-1, channel.receive());
            assertEquals(2, channel.receive());
        });
    }

    @StructuredTest
    void those_that_wait_are_served_in_the_order_of_their_coming(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                nursery.startSoon("receiver", () -> trail.add(number + " got " + channel.receive()));
                clock.settle();
            }
            for (int i = 0; i < 5; i++) {
                channel.send(i);
                clock.settle();
            }
        });
        assertEquals(List.of("0 got 0", "1 got 1", "2 got 2", "3 got 3", "4 got 4"), trail);
    }

    @StructuredTest
    void senders_that_wait_are_served_in_the_order_of_their_coming(VirtualClock clock) {
        Ends channel = open();
        if (!canFill(channel)) return;
        fill(channel);
        Nursery.run(nursery -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                nursery.startSoon("sender", () -> channel.send(number));
                clock.settle();
            }
            for (int i = 0; i < channel.capacity(); i++) assertEquals(-1, channel.receive());
            for (int i = 0; i < 5; i++) assertEquals(i, channel.receive());
        });
    }

    @StructuredTest
    void closing_wakes_who_waits_for_an_item(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            nursery.startSoon("receiver",
                    () -> assertThrows(EndOfChannelException.class, channel::receive));
            clock.settle();
            channel.closeSender();
        });
        assertThrows(ChannelClosedException.class, () -> channel.send(1));
        assertThrows(ChannelClosedException.class, () -> channel.trySend(1));
    }

    /// The end that a cancelled sender has made by its cleanup is none for who is cancelled by the same.
    @StructuredTest
    void end_that_comes_of_a_cancellation_is_not_taken_for_the_regular_one() {
        Ends channel = open();
        CancelScope scope = new CancelScope().withTimeout(Duration.ofSeconds(1));
        scope.run(() -> Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    channel.closeSender();
                }
            });
            nursery.startSoon("receiver", () -> {
                channel.receive();
                trail.add("received");
            });
        }));
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void counts_add_up(VirtualClock clock) {
        Ends channel = open();
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                for (int i = 0; i < 10; i++) channel.send(i);
            });
            for (int i = 0; i < 7; i++) channel.receive();
            clock.settle();
            ChannelStatistics now = channel.statistics();
            assertEquals(7, now.received());
            assertEquals(now.sent(), now.received() + now.buffered());
            assertTrue(now.peak() >= now.buffered() && now.peak() <= now.capacity());
            for (int i = 0; i < 3; i++) channel.receive();
        });
        assertEquals(10, channel.statistics().sent());
        assertEquals(10, channel.statistics().received());
        assertEquals(0, channel.statistics().waitingReceivers() + channel.statistics().waitingSenders());
    }
}
