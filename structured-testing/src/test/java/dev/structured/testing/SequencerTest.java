package dev.structured.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequencerTest {
    private final Sequencer sequence = new Sequencer();
    private final List<Integer> trail = new CopyOnWriteArrayList<>();

    @StructuredTest
    void turns_come_in_their_order_whoever_takes_them() {
        Nursery.run(nursery -> {
            for (int task = 0; task < 3; task++) {
                int first = task;
                nursery.startSoon("t" + task, () -> {
                    for (int i = first; i < 30; i += 3) {
                        int position = i;
                        sequence.at(position, () -> trail.add(position));
                    }
                });
            }
        });
        assertEquals(IntStream.range(0, 30).boxed().toList(), trail);
    }

    @StructuredTest
    void turn_lasts_until_it_is_closed(VirtualClock clock) {
        Nursery.run(nursery -> {
            nursery.startSoon("second", () -> sequence.at(1, () -> trail.add(1)));
            try (var _ = sequence.at(0)) {
                clock.settle();
                trail.add(0);
            }
        });
        assertEquals(List.of(0, 1), trail);
    }

    @StructuredTest
    void turn_that_fails_is_over_all_the_same() throws IOException {
        assertThrows(IOException.class, () -> sequence.at(0, () -> {
            throw new IOException("disk");
        }));
        sequence.at(1, () -> trail.add(1));
        assertEquals(List.of(1), trail);
    }

    @StructuredTest
    void position_is_used_once() {
        sequence.at(0, () -> {});
        IllegalStateException refused = assertThrows(IllegalStateException.class,
                () -> sequence.at(0, () -> trail.add(0)));
        assertEquals("Point 0 of the sequence was used before: give each turn its own number",
                refused.getMessage());
        sequence.at(1, () -> trail.add(1));
        assertEquals(List.of(1), trail);
    }

    @StructuredTest
    void cancelled_waiter_breaks_the_others_and_all_who_come_later(VirtualClock clock) {
        Nursery.run(nursery -> {
            Task<?> other = nursery.startSoon("other",
                    () -> assertThrows(IllegalStateException.class,
                            () -> sequence.at(3, () -> trail.add(3))));
            CancelScope scope = new CancelScope();
            Task<?> waiter = nursery.startSoon("waiter",
                    () -> scope.run(() -> sequence.at(2, () -> trail.add(2))));
            clock.settle();
            assertFalse(other.isDone());
            scope.cancel();
            other.await();
            waiter.await();
            assertTrue(scope.absorbedCancellation());
            assertThrows(IllegalStateException.class, () -> sequence.at(0, () -> trail.add(0)));
        });
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void waiting_for_a_turn_is_a_checkpoint() {
        CheckpointAssertions.assertCheckpoint(() -> sequence.at(0, () -> {}));
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            sequence.at(1, () -> trail.add(1));
        });
        assertTrue(scope.absorbedCancellation());
        assertEquals(List.of(), trail);
    }

    @Test
    void sequence_begins_at_zero_and_needs_a_task() {
        assertThrows(IllegalArgumentException.class, () -> sequence.at(-1));
        assertThrows(IllegalStateException.class, () -> sequence.at(0));
    }

    /// A thread that runs no task is refused, and does no harm.
    @Test
    void refused_caller_does_not_break_the_sequence() {
        assertThrows(IllegalStateException.class, () -> sequence.at(0));
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("main", () -> {
                Checkpoints.checkpoint();
                sequence.at(0, () -> trail.add(0));
            });
        }
        assertEquals(List.of(0), trail);
    }
}
