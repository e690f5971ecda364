package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BroadcastTest {
    private final List<Integer> received = new ArrayList<>();

    private static Broadcast<Integer> broadcast(SlowReader policy) {
        return Broadcast.open("prices", 2, policy);
    }

    private List<Integer> rest(ReceiveChannel<Integer> reader) {
        for (int item : reader) received.add(item);
        return List.copyOf(received);
    }

    @StructuredTest
    void every_reader_receives_all_that_is_sent_after_it_has_come() {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        broadcast.send(0);
        ReceiveChannel<Integer> early = broadcast.subscribe();
        broadcast.send(1);
        ReceiveChannel<Integer> late = broadcast.subscribe();
        broadcast.send(2);
        broadcast.close();
        assertEquals(List.of(1, 2), rest(early));
        received.clear();
        assertEquals(List.of(2), rest(late));
    }

    @StructuredTest
    void blocking_waits_for_the_slowest_reader(VirtualClock clock) {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        ReceiveChannel<Integer> slow = broadcast.subscribe();
        ReceiveChannel<Integer> fast = broadcast.subscribe();
        broadcast.send(1);
        broadcast.send(2);
        assertFalse(broadcast.trySend(3));
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> broadcast.send(3));
            clock.settle();
            assertEquals(1, broadcast.statistics().waitingSenders());
            assertEquals(List.of(1, 2), fast.receiveUpTo(5));
            clock.settle();
            assertEquals(1, broadcast.statistics().waitingSenders(), "the other still has no room");
            assertEquals(1, slow.receive());
            clock.settle();
            assertEquals(0, broadcast.statistics().waitingSenders());
            assertEquals(3, fast.receive());
        });
    }

    @StructuredTest
    void reader_that_leaves_is_waited_for_no_longer(VirtualClock clock) {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        ReceiveChannel<Integer> slow = broadcast.subscribe();
        broadcast.send(1);
        broadcast.send(2);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> broadcast.send(3));
            clock.settle();
            slow.close();
        });
        assertEquals(new Broadcast.Statistics(0, 0, 3, 0), broadcast.statistics());
    }

    @StructuredTest
    void sender_that_is_cancelled_has_sent_to_nobody(VirtualClock clock) {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        ReceiveChannel<Integer> full = broadcast.subscribe();
        broadcast.send(1);
        broadcast.send(2);
        ReceiveChannel<Integer> empty = broadcast.subscribe();
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> scope.run(() -> broadcast.send(3)));
            clock.settle();
            scope.cancel();
        });
        assertEquals(0, broadcast.statistics().waitingSenders());
        broadcast.close();
        assertEquals(List.of(), rest(empty));
        assertEquals(List.of(1, 2), rest(full));
    }

    @StructuredTest
    void oldest_items_of_a_slow_reader_are_dropped_and_counted() {
        Broadcast<Integer> broadcast = broadcast(SlowReader.DROP_OLDEST);
        ReceiveChannel<Integer> slow = broadcast.subscribe();
        for (int i = 1; i <= 5; i++) broadcast.send(i);
        broadcast.close();
        assertEquals(3, slow.statistics().discarded());
        assertEquals(List.of(4, 5), rest(slow));
    }

    @StructuredTest
    void slow_reader_is_given_up_and_the_others_go_on() {
        Broadcast<Integer> broadcast = broadcast(SlowReader.FAIL);
        ReceiveChannel<Integer> slow = broadcast.subscribe();
        ReceiveChannel<Integer> fast = broadcast.subscribe();
        for (int i = 1; i <= 4; i++) {
            broadcast.send(i);
            received.add(fast.receive());
        }
        assertEquals(List.of(1, 2, 3, 4), received);
        assertEquals("Waiting for an item of broadcast 'prices' is in vain: this reader was too slow, and was"
                + " given up when it had 2 items before it",
                assertThrows(BrokenException.class, slow::receive).getMessage());
        assertThrows(BrokenException.class, slow::tryReceive);
        assertEquals(2, slow.statistics().discarded());
        assertEquals(new Broadcast.Statistics(1, 0, 4, 1), broadcast.statistics());
    }

    @StructuredTest
    void duplicates_of_a_reader_share_what_it_receives() {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        ReceiveChannel<Integer> one = broadcast.subscribe();
        ReceiveChannel<Integer> other = one.duplicate();
        broadcast.send(1);
        broadcast.send(2);
        assertEquals(1, one.receive());
        one.close();
        assertEquals(2, other.receive());
        assertEquals(1, broadcast.statistics().readers());
        other.close();
        assertEquals(0, broadcast.statistics().readers());
    }

    @StructuredTest
    void select_takes_what_a_reader_receives() {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        Broadcast<Integer> other = broadcast(SlowReader.BLOCK);
        Select<String> select = new Select<String>(Select.Order.BIASED)
                .receive(broadcast.subscribe(), item -> "one " + item)
                .receive(broadcast.subscribe(), item -> "two " + item)
                .receive(other.subscribe(), item -> "three " + item).orElse(() -> "nothing");
        broadcast.send(1);
        other.send(2);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) all.add(select.await());
        assertEquals(List.of("one 1", "two 1", "three 2", "nothing"), all);
    }

    @ParameterizedTest
    @EnumSource
    void closed_broadcast_refuses_senders_and_readers(SlowReader policy) {
        Broadcast<Integer> broadcast = broadcast(policy);
        broadcast.close();
        broadcast.close();
        assertThrows(ChannelClosedException.class, () -> broadcast.trySend(1));
        assertEquals("This broadcast 'prices' is closed: send and subscribe before closing it",
                assertThrows(ChannelClosedException.class, broadcast::subscribe).getMessage());
    }

    @StructuredTest
    void closing_tells_those_that_wait_to_send(VirtualClock clock) {
        Broadcast<Integer> broadcast = broadcast(SlowReader.BLOCK);
        ReceiveChannel<Integer> reader = broadcast.subscribe();
        broadcast.send(1);
        broadcast.send(2);
        Nursery.run(nursery -> {
            nursery.startSoon("sender",
                    () -> assertThrows(ChannelClosedException.class, () -> broadcast.send(3)));
            clock.settle();
            broadcast.close();
        });
        assertEquals(List.of(1, 2), rest(reader));
        assertTrue(received.size() == 2);
    }

    @StructuredTest
    void readers_hold_at_least_one_item() {
        assertEquals("Each reader of a broadcast holds a number of items, 1 or more, not 0", assertThrows(
                IllegalArgumentException.class, () -> Broadcast.open("none", 0, SlowReader.BLOCK))
                .getMessage());
    }
}
