package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.examples.Tokens;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// What those who make primitives of their own can count on.
class WaitTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @StructuredTest
    void wait_returns_what_it_was_completed_with_before_or_meanwhile() {
        Wait<String> early = Wait.cancellable("a word");
        assertTrue(early.complete("now"));
        assertFalse(early.complete("never"), "decided once");
        assertEquals("now", early.await());

        Wait<String> later = Wait.cancellable("a word");
        Nursery.run(nursery -> {
            nursery.startSoon("speaker", () -> {
                Checkpoints.sleep(SHORT);
                later.complete("later");
            });
            assertEquals("later", later.await());
        });
    }

    @StructuredTest
    void value_wins_over_a_cancellation_that_comes_later() {
        CancelScope scope = new CancelScope();
        AtomicReference<String> got = new AtomicReference<>();
        scope.run(() -> {
            Wait<String> wait = Wait.cancellable("a word");
            wait.complete("said");
            scope.cancel();
            got.set(wait.await());
            Checkpoints.checkCancelled();
        });
        assertEquals("said", got.get());
        assertTrue(scope.absorbedCancellation());
    }

    @StructuredTest
    void cancelled_wait_cannot_be_completed() {
        CancelScope scope = new CancelScope().withTimeout(SHORT);
        AtomicReference<Wait<String>> wait = new AtomicReference<>();
        scope.run(() -> {
            wait.set(Wait.cancellable("a word"));
            wait.get().await();
        });
        assertTrue(scope.absorbedCancellation());
        assertFalse(wait.get().complete("too late"));
        assertFalse(wait.get().breakOff("too late"));
    }

    @StructuredTest
    void uncancellable_wait_lasts_until_it_is_completed_and_the_cancellation_shows_afterwards(
            VirtualClock clock) {
        CancelScope scope = new CancelScope().withTimeout(SHORT);
        Duration limit = SHORT.multipliedBy(3);
        scope.run(() -> Nursery.run(nursery -> {
            Wait<String> wait = Wait.uncancellable("a word");
            nursery.startSoon("speaker", () -> new CancelScope().withShield().run(() -> {
                Checkpoints.sleep(limit);
                wait.complete("at last");
            }));
            assertEquals("at last", wait.await());
            assertEquals(limit, clock.now());
            assertThrows(Cancelled.class, Checkpoints::checkCancelled);
        }));
    }

    @StructuredTest
    void wait_that_is_in_vain_says_so() {
        Wait<String> wait = Wait.cancellable("a word");
        assertTrue(wait.breakOff("the speaker has left"));
        BrokenException broken = assertThrows(BrokenException.class, wait::await);
        assertEquals("Waiting for a word is in vain: the speaker has left", broken.getMessage());
    }

    @StructuredTest
    void only_its_task_awaits_it() {
        Wait<String> mine = Wait.cancellable("a word");
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(nursery -> nursery.startSoon("thief", () -> mine.await())));
        assertEquals("A wait is awaited by the task that made it, '" + mine.task().path() + "'",
                assertInstanceOf(IllegalStateException.class, failure.getCause()).getMessage());
    }

    @Test
    void without_a_task_there_is_no_wait() {
        assertThrows(IllegalStateException.class, () -> Wait.cancellable("a word"));
        assertThrows(IllegalStateException.class, () -> Wait.uncancellable("a word"));
        assertThrows(IllegalStateException.class, Checkpoints::quickCheckpoint);
    }

    private static final class Named extends WaitQueue.Entry {
        final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void queue_keeps_the_order_whoever_leaves() {
        WaitQueue<Named> queue = new WaitQueue<>();
        List<Named> entries = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e")) {
            Named entry = new Named(name);
            entries.add(entry);
            queue.add(entry);
        }
        assertThrows(IllegalStateException.class, () -> queue.add(entries.getFirst()));
        assertTrue(queue.remove(entries.get(2)));
        assertFalse(queue.remove(entries.get(2)), "it is out");
        assertSame(entries.getFirst(), queue.first());
        assertTrue(queue.remove(entries.get(0)), "the first");
        assertTrue(queue.remove(entries.get(4)), "the last");
        assertEquals(2, queue.size());
        queue.add(entries.get(2));
        assertEquals("b", String.valueOf(queue.poll()));
        assertEquals("d", String.valueOf(queue.poll()));
        assertEquals("c", String.valueOf(queue.poll()));
        assertNull(queue.poll());
        assertTrue(queue.isEmpty());
        WaitQueue<Named> other = new WaitQueue<>();
        other.add(entries.getFirst());
        assertFalse(queue.remove(entries.getFirst()), "it is in another queue");
    }

    /// The example in the Javadoc of [Wait] is sound.
    @Test
    void tokens_are_neither_lost_nor_doubled() {
        check(simulation -> {
            Tokens tokens = new Tokens(1);
            int[] holders = {0};
            int[] rounds = {0};
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope mine = i == 0 ? scope : new CancelScope();
                    nursery.startSoon("holder", () -> mine.run(() -> {
                        tokens.take();
                        assertEquals(1, ++holders[0]);
                        Checkpoints.yieldNow();
                        holders[0]--;
                        rounds[0]++;
                        tokens.giveBack();
                    }));
                }
            }));
            assertEquals(1, tokens.left());
            assertEquals(0, tokens.waiting());
            assertTrue(rounds[0] >= 2);
        });
    }

    @StructuredTest
    void wait_that_was_cancelled_is_not_awaited_again() {
        CancelScope scope = new CancelScope().withTimeout(SHORT);
        Wait<String> wait = Wait.cancellable("a word");
        scope.run(wait::await);
        assertTrue(scope.absorbedCancellation());
        assertEquals("This wait for a word was ended by a cancellation: make a new one to wait again",
                assertThrows(IllegalStateException.class, wait::await).getMessage());
        Wait<String> said = Wait.cancellable("a word");
        said.complete("said");
        assertEquals("said", said.await());
        assertEquals("said", said.await());
    }

    @StructuredTest
    void task_that_is_cancelled_is_not_told_that_its_wait_was_in_vain() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            Wait<String> wait = Wait.cancellable("a word");
            wait.breakOff("the speaker has left");
            scope.cancel();
            assertThrows(Cancelled.class, wait::await);
        });
    }

    @StructuredTest
    void cancellation_after_an_uncancellable_wait_was_decided_is_not_noted() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            Wait<String> wait = Wait.uncancellable("a word");
            wait.complete("said");
            scope.cancel();
            assertEquals("said", wait.await());
            assertNull(wait.abortedBy());
        });
    }
}
