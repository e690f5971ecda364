package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.sync.Event;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which of several clauses that are ready a select takes.
class SelectOrderTest extends TwoChannels {
    @StructuredTest
    void fair_one_takes_those_that_are_ready_in_turn() {
        fillBoth();
        Select<String> select = both(new Select<>());
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) taken.add(select.await());
        assertEquals(List.of("left 1", "right 1", "left 2", "right 2"), taken);
    }

    @StructuredTest
    void biased_one_takes_the_first_that_is_ready() {
        fillBoth();
        Select<String> select = both(new Select<>(Select.Order.BIASED));
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 5; i++) taken.add(select.await());
        assertEquals(List.of("left 1", "left 2", "left 3", "left 4", "right 1"), taken);
    }

    /// Three clauses of which any two are ready: made anew for each wait, a select takes both about as often.
    @StructuredTest
    void fair_one_that_is_made_anew_for_each_wait_passes_none_over() {
        List<Channel<Integer>> channels = List.of(Channels.open(1), Channels.open(1), Channels.open(1));
        for (int idle = 0; idle < 3; idle++) {
            int[] taken = new int[3];
            for (int round = 0; round < 300; round++) {
                for (int i = 0; i < 3; i++) if (i != idle) channels.get(i).sender().trySend(i);
                Select<Integer> select = new Select<>();
                for (Channel<Integer> channel : channels) select.receive(channel.receiver(), item -> item);
                taken[select.await()]++;
            }
            for (int i = 0; i < 3; i++) {
                if (i != idle) assertTrue(taken[i] >= 90, "clause " + i + " of " + Arrays.toString(taken));
            }
            for (Channel<Integer> channel : channels) channel.receiver().tryReceive();
        }
    }

    /// Two selects a round that share a channel: were every second one to begin at the same clause, the other
    /// would starve.
    @StructuredTest
    void fair_ones_that_take_turns_pass_none_over() {
        Channel<Integer> shared = Channels.open(1);
        Channel<Integer> other = Channels.open(1);
        int[] taken = new int[2];
        for (int round = 0; round < 300; round++) {
            shared.sender().trySend(0);
            other.sender().trySend(1);
            taken[new Select<Integer>().receive(shared.receiver(), item -> item)
                    .receive(other.receiver(), item -> item).await()]++;
            new Select<Integer>().receive(shared.receiver(), item -> item)
                    .orElse(() -> -1).await();
        }
        assertTrue(taken[0] >= 90 && taken[1] >= 90, Arrays.toString(taken));
    }

    @StructuredTest
    void fair_one_goes_on_behind_the_clause_that_it_took(VirtualClock clock) {
        Channel<String> never = Channels.open(1);
        Select<String> select = new Select<String>().receive(left.receiver(), item -> "left " + item)
                .receive(never.receiver(), item -> "never")
                .receive(right.receiver(), item -> "right " + item);
        fillBoth();
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) taken.add(select.await());
        assertEquals(
                List.of("left 1", "right 1", "left 2", "right 2", "left 3", "right 3", "left 4", "right 4"),
                taken);
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                clock.settle();
                right.sender().trySend("5");
                left.sender().trySend("5");
                right.sender().trySend("6");
            });
            assertEquals("right 5", select.await());
        });
        assertEquals("left 5", select.await(), "it was right's turn just now");
    }

    @StructuredTest
    void fair_select_made_anew_for_each_wait_takes_events_in_turn_too() {
        Event first = new Event();
        Event second = new Event();
        first.set();
        second.set();
        int[] times = {0, 0};
        for (int i = 0; i < 900; i++) {
            times[new Select<Integer>().on(first, () -> 0).on(second, () -> 1).await()]++;
        }
        assertEquals(900, times[0] + times[1]);
        assertTrue(Math.abs(times[0] - times[1]) < 100, times[0] + " and " + times[1]);
    }
}
