package dev.structured.core.channel;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Completion;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.core.sync.Event;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

class SelectTest extends TwoChannels {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @StructuredTest
    void it_waits_for_the_first_that_comes_and_leaves_the_others_alone(VirtualClock clock) {
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                Checkpoints.sleep(SECOND);
                right.sender().send("1");
            });
            assertEquals("right 1", both(new Select<>()).await());
            assertEquals(SECOND, clock.now());
        });
        assertEquals(0, left.statistics().waitingReceivers());
        left.sender().trySend("kept");
        assertEquals("kept", left.receiver().tryReceive());
    }

    @StructuredTest
    void sending_happens_only_if_it_is_chosen(VirtualClock clock) {
        Channel<String> out = Channels.open(0);
        Select<String> select = new Select<String>().send(out.sender(), () -> "item", () -> "sent")
                .receive(left.receiver(), item -> item);
        Nursery.run(nursery -> {
            nursery.startSoon("receiver", () -> {
                Checkpoints.sleep(SECOND.multipliedBy(2));
                assertEquals("item", out.receiver().receive());
            });
            nursery.startSoon("sender", () -> {
                Checkpoints.sleep(SECOND);
                left.sender().send("first");
            });
            assertEquals("first", select.await());
            assertEquals(0, out.statistics().waitingSenders());
            assertEquals("sent", select.await());
            assertEquals(SECOND.multipliedBy(2), clock.now());
        });
        assertEquals(1, out.statistics().received());
    }

    @StructuredTest
    void task_that_ends_is_something_to_wait_for(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<String> task = nursery.startSoon("task", () -> {
                Checkpoints.sleep(SECOND);
                return "value";
            });
            Select<String> select = both(new Select<>(Select.Order.BIASED)).on(task, task::await);
            assertEquals("value", select.await());
            assertEquals(SECOND, clock.now());
            assertEquals("value", select.await(), "it stays ready");
        });
    }

    @StructuredTest
    void time_passes_only_if_nothing_else_happens(VirtualClock clock) {
        Select<String> select = both(new Select<>(Select.Order.BIASED))
                .after(SECOND.multipliedBy(3), () -> "later")
                .after(SECOND, () -> "nothing").after(SECOND.multipliedBy(2), () -> "later");
        assertEquals("nothing", select.await());
        assertEquals(SECOND, clock.now());
        left.sender().trySend("1");
        assertEquals("left 1", select.await());
        assertEquals(SECOND, clock.now());
        assertThrows(IllegalArgumentException.class,
                () -> select.after(Duration.ofNanos(-1), () -> "never"));
    }

    @StructuredTest
    void time_that_is_up_at_once_still_lets_what_is_ready_go_first() {
        Select<String> select = both(new Select<>(Select.Order.BIASED)).after(Duration.ZERO, () -> "nothing");
        left.sender().trySend("1");
        assertEquals("left 1", select.await());
        assertEquals("nothing", select.await());
    }

    @StructuredTest
    void or_else_never_waits(VirtualClock clock) {
        Select<String> select = both(new Select<>()).orElse(() -> "nothing");
        assertEquals("nothing", select.await());
        assertCheckpoint(select::await);
        right.sender().trySend("1");
        assertEquals("right 1", select.await());
        assertEquals(Duration.ZERO, clock.now());
        assertEquals(0, right.statistics().waitingReceivers());
    }

    @StructuredTest
    void end_of_values_is_told_once_if_asked_for_and_thrown_if_not() {
        Select<String> select = new Select<String>()
                .receive(left.receiver(), item -> "left " + item, () -> "left is over")
                .receive(right.receiver(), item -> "right " + item, () -> "right is over");
        left.sender().trySend("1");
        left.sender().close();
        right.sender().close();
        List<String> told = new ArrayList<>();
        while (!select.isOver())
            told.add(select.await());
        assertEquals(List.of("left 1", "right is over", "left is over"), told);
        assertThrows(IllegalStateException.class, select::await);
        assertThrows(EndOfChannelException.class, () -> both(new Select<>()).await());
    }

    @StructuredTest
    void merging_two_channels_receives_everything() {
        List<Integer> received = Collections.synchronizedList(new ArrayList<>());
        Channel<Integer> odd = Channels.open(1);
        Channel<Integer> even = Channels.open(0);
        Nursery.run(nursery -> {
            for (int start = 0; start < 2; start++) {
                SendChannel<Integer> out = start == 0 ? even.sender() : odd.sender();
                int first = start;
                nursery.startSoon("sender", () -> {
                    for (int i = first; i < 100; i += 2) out.send(i);
                    out.close();
                });
            }
            Select<Boolean> select = new Select<Boolean>()
                    .receive(odd.receiver(), received::add, () -> true)
                    .receive(even.receiver(), received::add, () -> true);
            while (!select.isOver())
                select.await();
        });
        assertEquals(100, received.stream().distinct().count());
    }

    @StructuredTest
    void handles_that_are_closed_are_told(VirtualClock clock) {
        Nursery.run(nursery -> {
            nursery.startSoon("selector",
                    () -> assertThrows(ChannelClosedException.class, () -> both(new Select<>()).await()));
            clock.settle();
            left.receiver().close();
        });
        assertThrows(ChannelClosedException.class, () -> both(new Select<>()).await());
        Select<String> sending = new Select<String>().send(left.sender(), () -> "1", () -> "sent");
        assertThrows(BrokenException.class, sending::await);
        left.sender().close();
        assertThrows(ChannelClosedException.class, sending::await);
        assertEquals(0, right.statistics().waitingReceivers());
    }

    @StructuredTest
    void cancelled_select_has_done_nothing(VirtualClock clock) {
        Channel<String> out = Channels.open(0);
        Select<String> select = both(new Select<>()).send(out.sender(), () -> "item", () -> "sent");
        CancelScope waiting = new CancelScope().withTimeout(SECOND);
        waiting.run(select::await);
        assertTrue(waiting.absorbedCancellation());
        assertEquals(SECOND, clock.now());
        assertEquals(0, out.statistics().waitingSenders() + left.statistics().waitingReceivers());
        CancelScope before = new CancelScope();
        left.sender().trySend("1");
        before.run(() -> {
            before.cancel();
            assertThrows(Cancelled.class, select::await);
        });
        assertEquals("1", left.receiver().tryReceive());
    }

    /// An item that goes to a select is one that its timer does not lose, and the other way round.
    @StructuredTest
    void cancellation_around_a_timer_is_not_taken_for_the_timer() {
        Select<String> select = both(new Select<>()).after(SECOND.multipliedBy(5), () -> "time");
        CancelScope scope = new CancelScope().withTimeout(SECOND);
        scope.run(() -> {
            select.await();
            throw new AssertionError("not reached");
        });
        assertTrue(scope.absorbedCancellation());
        assertFalse(select.isOver());
    }

    @StructuredTest
    void select_may_wait_on_both_sides_of_a_channel_and_does_not_meet_itself() {
        Channel<String> channel = Channels.open(0);
        Select<String> select = new Select<String>().send(channel.sender(), () -> "mine", () -> "sent")
                .receive(channel.receiver(), item -> "received " + item).after(SECOND, () -> "nothing");
        assertEquals("nothing", select.await());
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> channel.sender().send("yours"));
            assertEquals("received yours", select.await());
        });
    }

    @StructuredTest
    @SuppressWarnings("NullAway")
    void function_that_is_null_is_refused_before_anything_can_happen() {
        Select<String> select = new Select<>();
        left.sender().trySend("1");
        assertThrows(NullPointerException.class, () -> select.receive(left.receiver(), null));
        assertThrows(NullPointerException.class, () -> select.receive(left.receiver(), null, () -> "end"));
        assertThrows(NullPointerException.class, () -> select.send(right.sender(), () -> "1", null));
        assertThrows(NullPointerException.class, () -> select.send(right.sender(), null, () -> "sent"));
        assertThrows(NullPointerException.class, () -> select.on(new Event(), null));
        assertThrows(NullPointerException.class, () -> select.on(null, () -> "done"));
        assertThrows(NullPointerException.class, () -> select.after(SECOND, null));
        assertThrows(NullPointerException.class, () -> select.orElse(null));
        assertTrue(select.isOver());
        assertEquals("1", left.receiver().tryReceive());
    }

    @StructuredTest
    void nothing_to_select_from_is_an_error() {
        Select<String> select = new Select<>();
        assertTrue(select.isOver());
        assertEquals("There is nothing to select from: no clause was added, or the items of all have ended."
                + " A loop looks at isOver()",
                assertThrows(IllegalStateException.class, select::await).getMessage());
    }

    @StructuredTest
    void what_it_waits_for_is_shown(VirtualClock clock) {
        Select<String> select = both(new Select<>(Select.Order.BIASED))
                .send(left.sender(), () -> "1", () -> "sent")
                .after(SECOND, () -> "time");
        assertEquals("an item of channel 'left', or an item of channel 'right', or room in channel 'left',"
                + " or PT1S to pass", select.toString());
    }

    @StructuredTest
    void end_of_values_is_told_once_also_to_who_throws_or_selects_again_when_told() {
        left.sender().close();
        right.sender().trySend("1");
        right.sender().close();
        List<String> trail = new ArrayList<>();
        Select<String> select = new Select<>(Select.Order.BIASED);
        select.receive(left.receiver(), item -> item, () -> {
            trail.add("left is over");
            return select.await();
        });
        select.receive(right.receiver(), item -> item, () -> {
            trail.add("right is over");
            throw new UnsupportedOperationException("told");
        });
        assertEquals("1", select.await());
        assertFalse(select.isOver());
        assertThrows(UnsupportedOperationException.class, select::await);
        assertEquals(List.of("left is over", "right is over"), trail);
        assertTrue(select.isOver());
    }

    /// A completion of the program's own. What a test does in it is nothing that one does.
    private record Odd(BooleanSupplier done, Runnable whenHooked) implements Completion {
        @Override
        public boolean isDone() {
            return done.getAsBoolean();
        }

        @Override
        public void addHook(Runnable hook) {
            whenHooked.run();
        }

        @Override
        public void removeHook(Runnable hook) {}
    }

    @StructuredTest
    void completion_that_cannot_be_hooked_loses_no_item(VirtualClock clock) {
        Select<String> select = both(new Select<>(Select.Order.BIASED)).on(new Odd(() -> false, () -> {
            throw new UnsupportedOperationException("no hooks");
        }), () -> "done");
        assertThrows(UnsupportedOperationException.class, select::await);
        assertEquals(0, left.statistics().waitingReceivers() + right.statistics().waitingReceivers());
        Select<String> late = both(new Select<>(Select.Order.BIASED)).on(new Odd(() -> false, () -> {
            right.sender().trySend("1");
            throw new UnsupportedOperationException("no hooks");
        }), () -> "done");
        assertEquals("right 1", late.await(), "it has been handed over by then");
        assertEquals(0, left.statistics().waitingReceivers() + right.statistics().waitingReceivers());
    }

    @StructuredTest
    void completion_is_asked_while_no_channel_is_locked() {
        Select<String> select = both(new Select<>(Select.Order.BIASED)).on(new Odd(() -> {
            // before the select has looked, or the item would be overlooked
            assertTrue(left.sender().trySend("1"));
            return false;
        }, () -> {}), () -> "done").after(SECOND, () -> "time");
        assertEquals("left 1", select.await());
    }

    @StructuredTest
    void select_that_is_kept_keeps_no_item(VirtualClock clock) throws InterruptedException {
        Channel<Object> objects = Channels.open(0);
        AtomicReference<WeakReference<Object>> seen = new AtomicReference<>();
        Select<String> select = new Select<String>(Select.Order.BIASED).receive(objects.receiver(), item -> {
            seen.set(new WeakReference<>(item));
            return "received";
        });
        Nursery.run(nursery -> {
            nursery.startSoon("sender", () -> {
                clock.settle();
                objects.sender().trySend(new Object());
            });
            assertEquals("received", select.await());
        });
        for (int i = 0; i < 100 && seen.get().get() != null; i++) System.gc();
        assertNull(seen.get().get());
        assertFalse(select.isOver());
    }

    @StructuredTest
    void task_that_waits_for_the_selecting_one_is_refused() {
        Task<?> outer = Task.current();
        Nursery.run(nursery -> nursery.startSoon("inner", () -> {
            Select<String> select = new Select<String>().on(outer, () -> "never");
            String message = assertThrows(IllegalStateException.class, select::await).getMessage();
            assertTrue(message.contains("'" + outer.path() + "'"), message);
        }));
    }

    @StructuredTest
    void task_that_has_ended_is_ready_at_once_and_in_its_turn(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<String> task = nursery.startSoon("task", () -> "value");
            clock.settle();
            fillBoth();
            assertEquals("value",
                    both(new Select<String>(Select.Order.BIASED).on(task, task::await)).await());
            assertEquals("value",
                    new Select<String>().on(task, task::await).orElse(() -> "nothing").await());
        });
    }
}
