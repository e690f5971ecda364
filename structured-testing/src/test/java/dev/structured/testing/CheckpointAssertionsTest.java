package dev.structured.testing;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CheckpointAssertionsTest {
    @StructuredTest
    void whole_checkpoint_passes_the_one_and_fails_the_other() {
        assertCheckpoint(Checkpoints::checkpoint);
        assertWrong(
                "This must not be a checkpoint, but it passed 1 cancel point and 1 schedule point. Its "
                        + "callers"
                        + " rely on not being cancelled there.",
                () -> assertNoCheckpoint(Checkpoints::checkpoint));
    }

    @StructuredTest
    void nothing_at_all_fails_the_one_and_passes_the_other() {
        assertNoCheckpoint(() -> {});
        assertWrong(
                "This is not a checkpoint: it passed no cancel points and no schedule points. A loop over it"
                        + " could not be cancelled: have it check whether the task is cancelled, even if "
                        + "it need not"
                        + " wait.",
                () -> assertCheckpoint(() -> {}));
    }

    @StructuredTest
    void half_a_checkpoint_fails_both() {
        assertThrows(AssertionError.class, () -> assertCheckpoint(Checkpoints::checkCancelled));
        assertThrows(AssertionError.class, () -> assertNoCheckpoint(Checkpoints::checkCancelled));
        assertThrows(AssertionError.class, () -> assertNoCheckpoint(Checkpoints::yieldNow));
        assertWrong(
                "This is not a checkpoint: it passed no cancel points and 2 schedule points. A loop over "
                        + "it could"
                        + " not be cancelled: have it check whether the task is cancelled, even if it "
                        + "need not wait.",
                () -> assertCheckpoint(() -> {
                    Checkpoints.yieldNow();
                    Checkpoints.yieldNow();
                }));
    }

    @StructuredTest
    void value_is_handed_through() {
        assertEquals("v", assertNoCheckpoint(() -> "v"));
        assertEquals("v", assertCheckpoint(() -> {
            Checkpoints.checkpoint();
            return "v";
        }));
    }

    @StructuredTest
    void what_the_body_throws_comes_out_of_both() {
        IOException disk = new IOException("disk");
        assertSame(disk, assertThrows(IOException.class, () -> assertCheckpoint(() -> {
            throw disk;
        })));
        assertSame(disk, assertThrows(IOException.class, () -> assertNoCheckpoint(() -> {
            throw disk;
        })));
    }

    @StructuredTest
    void checkpoint_that_throws_was_one_too() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            AssertionError wrong = assertThrows(AssertionError.class,
                    () -> assertNoCheckpoint(Checkpoints::checkpoint));
            assertSame(Cancelled.class, wrong.getSuppressed()[0].getClass());
        });
    }

    @Test
    void outside_a_run_there_are_no_checkpoints_to_count() {
        assertThrows(IllegalStateException.class, () -> assertNoCheckpoint(() -> {}));
        assertThrows(IllegalStateException.class, () -> assertCheckpoint(() -> {}));
    }

    private static void assertWrong(String message, Body<Exception> body) {
        assertEquals(message, assertThrows(AssertionError.class, body::run).getMessage());
    }
}
