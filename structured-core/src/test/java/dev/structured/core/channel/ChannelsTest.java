package dev.structured.core.channel;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.instanceOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskTree;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ChannelsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> trail = new CopyOnWriteArrayList<>();

    @Test
    void capacity_is_a_number_of_items() {
        assertEquals(
                "The capacity of a channel is a number of items, 0 or more, not -1. For no limit there is"
                        + " Channels.unbounded",
                assertThrows(IllegalArgumentException.class, () -> Channels.open(-1)).getMessage());
        Channel<String> channel = Channels.open(1);
        assertThrows(IllegalArgumentException.class, () -> channel.receiver().receiveUpTo(0));
    }

    @Test
    @SuppressWarnings("NullAway") // what the compiler would refuse
    void null_is_no_item() {
        Channel<String> channel = Channels.open(1);
        assertThrows(NullPointerException.class, () -> channel.sender().trySend(null));
        assertThrows(NullPointerException.class, () -> channel.sender().send(null));
    }

    @Test
    void without_a_task_one_can_only_try() throws InterruptedException {
        Channel<String> channel = Channels.open(1);
        assertThrows(IllegalStateException.class, () -> channel.sender().send("1"));
        assertThrows(IllegalStateException.class, () -> channel.receiver().receive());
        assertTrue(channel.sender().trySend("1"));
        assertEquals("1", channel.receiver().tryReceive());
    }

    @Test
    void messages_name_the_channel_and_what_to_do() {
        Channel<String> channel = Channels.open("orders", 1);
        channel.receiver().close();
        assertEquals("Waiting for room in channel 'orders' is in vain: every receiving handle is closed",
                assertThrows(BrokenException.class, () -> channel.sender().trySend("1")).getMessage());
        channel.sender().close();
        assertEquals("This sending handle of channel 'orders' is closed: send before closing it, or on a"
                + " duplicate",
                assertThrows(ChannelClosedException.class, () -> channel.sender().trySend("1")).getMessage());
        assertEquals("This receiving handle of channel 'orders' is closed: receive before closing it, or"
                + " from a duplicate",
                assertThrows(ChannelClosedException.class, () -> channel.receiver().tryReceive())
                        .getMessage());
        Channel<String> other = Channels.open("orders", 1);
        other.sender().close();
        assertEquals("There are no more items in channel 'orders': every sending handle is closed",
                assertThrows(EndOfChannelException.class, () -> other.receiver().tryReceive()).getMessage());
        assertEquals("SendChannel[channel 'orders']", channel.sender().toString());
    }

    @Test
    void task_tree_says_who_waits_for_which_channel() {
        VirtualClock clock = new VirtualClock();
        Scheduler scheduler = Scheduler.builder().platform(clock).build();
        Channel<String> channel = Channels.open("orders", 0);
        scheduler.run("main", () -> Nursery.run(nursery -> {
            nursery.startSoon("receiver", () -> channel.receiver().receive());
            clock.settle();
            String tree = TaskTree.of(scheduler).text();
            assertTrue(tree.contains("an item of channel 'orders'"), tree);
            channel.sender().send("1");
        }));
    }

    @StructuredTest
    void receiving_many_waits_for_one_and_takes_what_is_there(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(2);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                Checkpoints.sleep(SECOND);
                channel.sender().send(1);
                Checkpoints.sleep(SECOND);
                for (int i = 2; i <= 5; i++) channel.sender().send(i);
                channel.sender().close();
            });
            assertEquals(List.of(1), channel.receiver().receiveUpTo(10));
            assertEquals(SECOND, clock.now());
            Checkpoints.sleep(SECOND.multipliedBy(2));
            assertEquals(List.of(2, 3), channel.receiver().receiveUpTo(2));
            clock.settle();
            assertEquals(List.of(4, 5), channel.receiver().receiveUpTo(10));
            assertThrows(EndOfChannelException.class, () -> channel.receiver().receiveUpTo(10));
        });
    }

    @StructuredTest
    void receiving_many_takes_those_of_waiting_senders_too(VirtualClock clock) {
        Channel<Integer> channel = Channels.open(1);
        Nursery.run(nursery -> {
            for (int i = 1; i <= 4; i++) {
                int item = i;
                nursery.startSoon("sender", () -> channel.sender().send(item));
                clock.settle();
            }
            assertEquals(List.of(1, 2, 3), channel.receiver().receiveUpTo(3));
            assertEquals(List.of(4), channel.receiver().receiveUpTo(3));
        });
    }

    @StructuredTest
    void iterator_ends_at_the_end_and_stays_there() {
        Channel<Integer> channel = Channels.open(2);
        channel.sender().send(1);
        channel.sender().close();
        Iterator<Integer> items = channel.receiver().iterator();
        assertTrue(items.hasNext());
        assertTrue(items.hasNext());
        assertEquals(1, items.next());
        assertFalse(items.hasNext());
        assertFalse(items.hasNext());
        assertThrows(NoSuchElementException.class, items::next);
    }

    /* --- producing --- */

    @StructuredTest
    void producer_that_ends_ends_the_values() {
        List<Integer> received = Channels.producing((SendChannel<Integer> out) -> {
            for (int i = 0; i < 3; i++) out.send(i);
        }, in -> {
            List<Integer> items = new CopyOnWriteArrayList<>();
            for (int item : in) items.add(item);
            return items;
        });
        assertEquals(List.of(0, 1, 2), received);
    }

    @StructuredTest
    void consumer_that_leaves_early_has_the_producer_clean_up_before_it_is_over(VirtualClock clock) {
        int found = Channels.producing((SendChannel<Integer> out) -> {
            try {
                for (int i = 0;; i++) out.send(i);
            } finally {
                new CancelScope().withShield().run(() -> Checkpoints.sleep(SECOND));
                trail.add("cleaned up");
            }
        }, in -> {
            for (int item : in) {
                if (item == 5) return item;
            }
            return -1;
        });
        assertEquals(5, found);
        assertEquals(List.of("cleaned up"), trail);
        assertEquals(SECOND, clock.now());
    }

    @StructuredTest
    void producer_is_at_most_one_item_ahead(VirtualClock clock) {
        Channels.producing((SendChannel<Integer> out) -> {
            for (int i = 0; i < 10; i++) {
                trail.add("made " + i);
                out.send(i);
            }
        }, in -> {
            assertEquals(0, in.receive());
            clock.settle();
            assertEquals(List.of("made 0", "made 1"), trail);
            return 0;
        });
        assertEquals(List.of("made 0", "made 1"), trail);
    }

    @StructuredTest
    void producer_that_fails_does_not_look_like_one_that_is_done() {
        assertThrowsGroup(() -> Channels.producing((SendChannel<Integer> out) -> {
            out.send(1);
            throw new IOException("disk");
        }, in -> {
            for (int _ : in) Checkpoints.checkpoint();
            trail.add("took it for the end");
            return 0;
        }), instanceOf(IOException.class, "disk"));
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void failures_of_both_sides_are_told() {
        assertThrowsGroup(() -> Channels.producing((SendChannel<Integer> out) -> {
            try {
                for (int i = 0;; i++) out.send(i);
            } finally {
                fail(new IOException("cleanup"));
            }
        }, in -> {
            in.receive();
            throw new TimeoutException("consumer");
        }), instanceOf(TimeoutException.class, "consumer"), instanceOf(IOException.class, "cleanup"));
    }

    private static void fail(IOException thrown) throws IOException {
        throw thrown;
    }

    /// It was thrown before anything was cancelled.
    @StructuredTest
    void interrupt_like_exception_of_the_consumer_is_its_failure() {
        assertThrowsGroup(() -> Channels.producing((SendChannel<Integer> out) -> {
            try {
                for (int i = 0;; i++) out.send(i);
            } finally {
                trail.add("producer is cancelled: " + Checkpoints.isCancelled());
            }
        }, in -> {
            in.receive();
            throw new InterruptedException("of another thread");
        }), instanceOf(InterruptedException.class, "of another thread"));
        assertEquals(List.of("producer is cancelled: true"), trail);
    }

    @StructuredTest
    void producer_in_a_shield_does_not_wait_for_a_consumer_that_has_failed() {
        assertThrowsGroup(
                () -> Channels.producing(
                        (SendChannel<Integer> out) -> new CancelScope().withShield().run(() -> {
                            out.send(1);
                            assertThrows(BrokenException.class, () -> out.send(2));
                            trail.add("producer has ended");
                        }), in -> {
                            in.receive();
                            throw new TimeoutException("consumer");
                        }),
                instanceOf(TimeoutException.class, "consumer"));
        assertEquals(List.of("producer has ended"), trail);
    }

    @StructuredTest
    void consumer_in_a_shield_does_not_wait_for_a_producer_that_has_failed() {
        assertThrowsGroup(() -> Channels.producing((SendChannel<Integer> out) -> {
            out.send(1);
            throw new IOException("disk");
        }, in -> {
            new CancelScope().withShield().run(() -> {
                assertEquals(1, in.receive());
                trail.add(assertThrows(BrokenException.class, in::receive).getMessage());
                assertThrows(BrokenException.class, in::tryReceive);
            });
            Checkpoints.checkCancelled();
            return 0;
        }), instanceOf(IOException.class, "disk"));
        assertEquals(
                List.of("Waiting for an item of channel 'of a producer' is in vain: a task that sends has "
                        + "failed"),
                trail);
    }

    @StructuredTest
    void consumer_in_a_shield_does_not_wait_for_a_producer_that_was_cancelled() {
        CancelScope scope = new CancelScope().withTimeout(SECOND);
        scope.run(() -> Channels.producing((SendChannel<Integer> out) -> Checkpoints.sleepForever(), in -> {
            new CancelScope().withShield()
                    .run(() -> trail.add(assertThrows(BrokenException.class, in::receive).getMessage()));
            return 0;
        }));
        assertTrue(scope.isCancelled());
        assertEquals(1, trail.size());
    }

    @StructuredTest
    void values_end_when_the_producer_returns_whatever_handles_it_has_left_open() {
        List<Integer> received = Channels.producing((SendChannel<Integer> out) -> {
            Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    int item = i;
                    SendChannel<Integer> mine = out.duplicate(); // which nobody closes
                    nursery.startSoon("part", () -> mine.send(item));
                }
            });
        }, in -> {
            List<Integer> items = new CopyOnWriteArrayList<>();
            for (int item : in) items.add(item);
            return items;
        });
        assertEquals(3, received.size());
    }

    @StructuredTest
    void producer_that_has_closed_its_handle_is_not_cut_short_by_a_consumer_that_is_done() {
        int sum = Channels.producing((SendChannel<Integer> out) -> {
            out.feed(_ -> {
                for (int i = 1; i <= 3; i++) out.send(i);
            });
            Checkpoints.sleep(SECOND);
            trail.add("written down");
        }, in -> {
            int total = 0;
            for (int item : in) total += item;
            return total;
        });
        assertEquals(6, sum);
        assertEquals(List.of("written down"), trail);
    }

    @StructuredTest
    void generator_in_a_cancelled_scope_does_not_begin() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            Channels.producing((SendChannel<Integer> out) -> trail.add("producer"),
                    in -> trail.add("consumer"));
        });
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of(), trail);
        assertCheckpoint(() -> Channels.producing((SendChannel<Integer> out) -> {}, in -> 1));
    }

    @Test
    void closed_handle_takes_nothing_from_the_others_nor_does_closing_it_twice() {
        Channel<Integer> channel = Channels.open(2);
        ReceiveChannel<Integer> in = channel.receiver().duplicate();
        SendChannel<Integer> out = channel.sender().duplicate();
        channel.sender().trySend(1);
        for (int i = 0; i < 2; i++) {
            in.close();
            out.close();
        }
        assertThrows(ChannelClosedException.class, in::tryReceive);
        assertThrows(ChannelClosedException.class, () -> out.trySend(2));
        assertTrue(channel.sender().trySend(3));
        assertEquals(new ChannelSnapshot(2, 2, 2, 1, 1, 0, 0, 2, 0, 0), channel.statistics());
        assertEquals(1, channel.receiver().tryReceive());
    }

    @Test
    void peak_is_what_it_has_been_although_there_is_less_by_now() {
        Channel<Integer> channel = Channels.open(3);
        for (int i = 0; i < 3; i++) channel.sender().trySend(i);
        for (int i = 0; i < 3; i++) channel.receiver().tryReceive();
        channel.sender().trySend(4);
        assertEquals(3, channel.statistics().peak());
    }

    /// Each of many producers closes its own handle while the others wait.
    @Test
    @SuppressWarnings("NullAway") // a queue that is looked at would throw
    void handle_by_which_no_task_waits_is_closed_without_a_look_at_those_who_wait() {
        new ChannelLock().tell(new Users(), null, Closure.CLOSED);
    }

    @StructuredTest
    void handles_know_how_many_tasks_wait_by_them() {
        Channel<Integer> channel = Channels.open(0);
        SendChannel<Integer> out = channel.sender();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("received", () -> out.send(1));
            awaitSenders(channel, 1);
            nursery.startSoon("cancelled", () -> scope.run(() -> out.send(2)));
            awaitSenders(channel, 2);
            nursery.startSoon("closed",
                    () -> assertThrows(ChannelClosedException.class, () -> out.send(3)));
            awaitSenders(channel, 3);
            scope.cancel();
            awaitSenders(channel, 2);
            assertEquals(1, channel.receiver().receive());
            assertNotNull(out.users.first());
            out.close();
        });
        assertNull(out.users.first());
    }

    private static void awaitSenders(Channel<Integer> channel, int count) {
        while (channel.receiver().statistics().waitingSenders() != count)
            Checkpoints.yieldNow();
    }
}
