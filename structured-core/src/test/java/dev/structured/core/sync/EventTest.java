package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskTree;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventTest {
    @StructuredTest
    void set_wakes_all_who_wait_and_nobody_waits_any_more(VirtualClock clock) {
        Event event = new Event();
        AtomicInteger woken = new AtomicInteger();
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("waiter", () -> {
                    event.await();
                    woken.incrementAndGet();
                });
            }
            clock.settle();
            assertEquals(new Event.Statistics(false, 3), event.statistics());
            assertEquals(0, woken.get());
            event.set();
            event.set();
        });
        assertEquals(3, woken.get());
        event.await();
        assertEquals(new Event.Statistics(true, 0), event.statistics());
    }

    @StructuredTest
    void await_is_a_checkpoint_and_set_is_none() {
        Event event = new Event();
        assertFalse(event.isSet());
        assertNoCheckpoint(event::set);
        assertTrue(event.isSet());
        assertCheckpoint(event::await);
    }

    @Test
    void set_needs_no_task_and_await_does() {
        Event event = new Event();
        assertThrows(IllegalStateException.class, event::await);
        event.set();
        assertTrue(event.isSet());
        assertThrows(IllegalStateException.class, event::await);
    }

    @Test
    void hooks_are_run_once_when_it_is_set_and_at_once_afterwards() {
        Event event = new Event();
        List<String> told = new ArrayList<>();
        Runnable twice = () -> told.add("twice");
        Runnable removed = () -> told.add("removed");
        event.addHook(() -> told.add("first, " + event.isDone()));
        event.addHook(twice);
        event.addHook(removed);
        event.addHook(twice);
        event.removeHook(removed);
        event.removeHook(removed);
        assertFalse(event.isDone());
        event.set();
        event.set();
        assertEquals(List.of("first, true", "twice", "twice"), told);
        event.addHook(() -> told.add("late"));
        assertEquals("late", told.getLast());
    }

    @StructuredTest
    void task_tree_shows_what_is_waited_for(Scheduler scheduler, VirtualClock clock) {
        Event event = new Event("the cache is warm");
        Nursery.run(nursery -> {
            nursery.startSoon("reader", event::await);
            clock.settle();
            String tree = TaskTree.of(scheduler).text();
            assertTrue(tree.contains("waits for event 'the cache is warm'"), tree);
            event.set();
        });
        assertEquals("an event", new Event().toString());
    }
}
