package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskTree;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CapacityLimiterTest {
    private static void assertNumbers(int total, int borrowed, int waiting, CapacityLimiter limiter) {
        CapacityLimiter.Statistics now = limiter.statistics();
        assertEquals(total + " total, " + borrowed + " borrowed, " + waiting + " waiting",
                now.total() + " total, " + now.borrowed() + " borrowed, " + now.waiting() + " waiting");
        assertEquals(borrowed, now.borrowers().size());
        assertEquals(total - borrowed, now.available());
        assertEquals(total, limiter.total());
    }

    private static String messageOf(Runnable misuse) {
        return assertThrows(IllegalStateException.class, misuse::run).getMessage();
    }

    @StructuredTest
    void borrower_that_cannot_tell_its_name_is_told_by_its_class() {
        Object mute = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("no name");
            }
        };
        CapacityLimiter limiter = new CapacityLimiter(2);
        limiter.acquireOnBehalfOf(mute);
        assertTrue(messageOf(() -> limiter.acquireOnBehalfOf(mute)).contains(mute.getClass().getName()));
        limiter.releaseOnBehalfOf(mute);
        assertTrue(messageOf(() -> limiter.releaseOnBehalfOf(mute)).contains(mute.getClass().getName()));
    }

    @StructuredTest
    void task_borrows_one_token_and_gives_it_back() {
        CapacityLimiter limiter = new CapacityLimiter(1);
        assertCheckpoint(limiter::acquire);
        assertNumbers(1, 1, 0, limiter);
        assertEquals(List.of(Task.current()), limiter.statistics().borrowers());
        assertNoCheckpoint(limiter::release);
        assertNumbers(1, 0, 0, limiter);
        assertTrue(assertNoCheckpoint(limiter::tryAcquire));
        assertNoCheckpoint(limiter::release);
        assertNumbers(1, 0, 0, limiter);
    }

    @StructuredTest
    void misuse_is_refused_in_words_and_changes_nothing() {
        CapacityLimiter limiter = new CapacityLimiter("database", 2);
        String me = "Task '" + Task.current().path() + "'";
        assertEquals(me
                + " has no token of capacity limiter 'database' to give back. A token is given back"
                + " once, by its borrower: the calling task after acquire, another object after"
                + " acquireOnBehalfOf with the same object (not an equal one).", messageOf(limiter::release));
        limiter.acquire();
        assertEquals(me
                + " has a token of capacity limiter 'database' already, and a borrower may have only one: it"
                + " could wait for itself for ever. For more than one, borrow on behalf of other objects.",
                messageOf(limiter::acquire));
        messageOf(limiter::tryAcquire);
        assertEquals("Borrower 'request 7' has no", messageOf(
                () -> limiter.releaseOnBehalfOf("request 7")).substring(0, 27));
        assertNumbers(2, 1, 0, limiter);
        assertEquals("capacity limiter 'database' cannot have -1 tokens",
                assertThrows(IllegalArgumentException.class, () -> limiter.setTotal(-1)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new CapacityLimiter(-1));
        assertNumbers(2, 1, 0, limiter);
    }

    @Test
    void any_thread_borrows_what_is_there_on_behalf_of_anything() {
        CapacityLimiter limiter = new CapacityLimiter(2);
        List<Integer> one = new ArrayList<>();
        List<Integer> equal = new ArrayList<>();
        assertTrue(limiter.tryAcquireOnBehalfOf(one));
        assertTrue(limiter.tryAcquireOnBehalfOf(equal), "told apart by identity");
        assertFalse(limiter.tryAcquireOnBehalfOf("third"));
        one.add(1); // what it is equal to does not matter
        limiter.releaseOnBehalfOf(one);
        assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf(one));
        limiter.releaseOnBehalfOf(equal);
        assertNumbers(2, 0, 0, limiter);
        assertThrows(IllegalStateException.class, limiter::acquire);
        assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(one));
    }

    @StructuredTest
    void tokens_go_to_those_who_wait_in_their_order(VirtualClock clock) {
        CapacityLimiter limiter = new CapacityLimiter(1);
        List<String> order = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> {
            limiter.acquire();
            for (String name : List.of("a", "b", "c")) {
                nursery.startSoon(name, () -> {
                    limiter.acquireOnBehalfOf(name);
                    order.add(name);
                });
                clock.settle();
            }
            assertNumbers(1, 1, 3, limiter);
            limiter.release();
            assertFalse(limiter.tryAcquire(), "it is a's now");
            assertEquals(List.of("a"), limiter.statistics().borrowers());
            clock.settle();
            limiter.releaseOnBehalfOf("a");
            clock.settle();
            limiter.releaseOnBehalfOf("b");
        });
        assertEquals(List.of("a", "b", "c"), order);
        assertEquals(List.of("c"), limiter.statistics().borrowers());
    }

    @StructuredTest
    void more_tokens_wake_those_who_wait_and_fewer_let_holders_finish(VirtualClock clock) {
        CapacityLimiter limiter = new CapacityLimiter(0);
        List<String> order = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c", "d")) {
                nursery.startSoon(name, () -> {
                    limiter.acquireOnBehalfOf(name);
                    order.add(name);
                });
                clock.settle();
            }
            assertNumbers(0, 0, 4, limiter);
            limiter.setTotal(3);
            assertNumbers(3, 3, 1, limiter);
            clock.settle();
            assertEquals(Set.of("a", "b", "c"), Set.copyOf(order));
            assertNoCheckpoint(() -> limiter.setTotal(1));
            assertNumbers(1, 3, 1, limiter);
            limiter.releaseOnBehalfOf("b");
            limiter.releaseOnBehalfOf("a");
            clock.settle();
            assertNumbers(1, 1, 1, limiter);
            limiter.releaseOnBehalfOf("c");
            clock.settle();
            assertEquals("d", order.getLast());
            limiter.setTotal(CapacityLimiter.UNBOUNDED);
            for (int i = 0; i < 1_000; i++) limiter.acquireOnBehalfOf(new Object());
            assertNumbers(CapacityLimiter.UNBOUNDED, 1_001, 0, limiter);
        });
    }

    @StructuredTest
    void cancelled_waiter_leaves_nothing_behind(VirtualClock clock) {
        CapacityLimiter limiter = new CapacityLimiter(1);
        Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            limiter.acquireOnBehalfOf("a");
            nursery.startSoon("b", () -> scope.run(() -> limiter.acquireOnBehalfOf("b")));
            clock.settle();
            assertNumbers(1, 1, 1, limiter);
            scope.cancel();
            clock.settle();
            assertNumbers(1, 1, 0, limiter);
            limiter.releaseOnBehalfOf("a");
            assertNumbers(1, 0, 0, limiter);
            assertTrue(limiter.tryAcquireOnBehalfOf("b"), "it may come again");
        });
    }

    @StructuredTest
    void blocks_give_the_token_back_however_they_end() {
        CapacityLimiter limiter = new CapacityLimiter(1);
        assertEquals(1, limiter.call(() -> limiter.statistics().borrowed()));
        assertThrows(ArithmeticException.class, () -> limiter.run(() -> {
            throw new ArithmeticException();
        }));
        assertThrows(ArithmeticException.class, () -> limiter.call(() -> {
            throw new ArithmeticException();
        }));
        CancelScope scope = new CancelScope();
        scope.run(() -> limiter.run(scope::cancel));
        assertNumbers(1, 0, 0, limiter);
    }

    /// One that has a token alone is known in another way than one among several; nothing else may tell.
    @StructuredTest
    void borrower_is_the_same_alone_and_among_others() {
        CapacityLimiter limiter = new CapacityLimiter(2);
        assertTrue(limiter.tryAcquireOnBehalfOf("alone"));
        assertEquals(new CapacityLimiter.Statistics(2, 1, 0, List.of("alone")), limiter.statistics());
        assertThrows(IllegalStateException.class, () -> limiter.tryAcquireOnBehalfOf("alone"));
        assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("another"));
        assertEquals(1, limiter.statistics().borrowed());
        assertTrue(limiter.tryAcquireOnBehalfOf("another"));
        assertThrows(IllegalStateException.class, () -> limiter.tryAcquireOnBehalfOf("alone"));
        limiter.releaseOnBehalfOf("alone");
        assertEquals(new CapacityLimiter.Statistics(2, 1, 0, List.of("another")), limiter.statistics());
        assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("alone"));
        limiter.setTotal(0);
        assertNumbers(0, 1, 0, limiter);
        limiter.releaseOnBehalfOf("another");
        assertFalse(limiter.tryAcquireOnBehalfOf("alone"));
        limiter.setTotal(1);
        assertTrue(limiter.tryAcquireOnBehalfOf("alone"));
        limiter.setTotal(0);
        limiter.releaseOnBehalfOf("alone");
        assertNumbers(0, 0, 0, limiter);
    }

    @StructuredTest
    void task_tree_shows_what_is_waited_for(Scheduler scheduler, VirtualClock clock) {
        CapacityLimiter limiter = new CapacityLimiter("database", 0);
        Nursery.run(nursery -> {
            nursery.startSoon("query", limiter::acquire);
            clock.settle();
            String tree = TaskTree.of(scheduler).text();
            assertTrue(tree.contains("waits for capacity limiter 'database'"), tree);
            limiter.setTotal(1);
        });
        assertEquals("a capacity limiter", new CapacityLimiter(1).toString());
    }
}
