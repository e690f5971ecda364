package dev.structured.testing;

import static dev.structured.testing.Groups.assertGroup;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.assertThrowsLeaves;
import static dev.structured.testing.Groups.group;
import static dev.structured.testing.Groups.instanceOf;
import static dev.structured.testing.Groups.same;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import java.io.FileNotFoundException;
import java.io.IOException;

class GroupsTest {
    private final IOException disk = new IOException("disk");

    /// Throws group[disk, group[FileNotFoundException, IllegalArgumentException]], the inner ones in some
    /// order.
    private void crash() {
        Nursery.run(outer -> {
            outer.startSoon("inner", () -> new CancelScope().withShield().run(() -> Nursery.run(inner -> {
                inner.startSoon("file", () -> late(new FileNotFoundException("file")));
                inner.startSoon("argument", () -> late(new IllegalArgumentException("argument")));
            })));
            throw disk;
        });
    }

    private static void late(Exception failure) throws Exception {
        new CancelScope().withShield().run(() -> {
            Checkpoints.yieldNow();
            throw failure;
        });
    }

    @StructuredTest
    void shape_is_looked_at_and_order_is_not() {
        NurseryFailedException failure = assertThrowsGroup(this::crash, same(disk),
                group(instanceOf(FileNotFoundException.class, "file"),
                        instanceOf(IllegalArgumentException.class)));
        assertGroup(failure,
                group(instanceOf(IllegalArgumentException.class), instanceOf(IOException.class)),
                instanceOf(IOException.class));
    }

    @StructuredTest
    void wide_shape_makes_room_for_a_narrow_one() {
        // Every IOException fits the first shape; only one failure fits the second.
        assertThrowsLeaves(this::crash, instanceOf(Exception.class), instanceOf(IOException.class),
                instanceOf(FileNotFoundException.class));
        assertThrowsLeaves(this::crash, instanceOf(FileNotFoundException.class), instanceOf(Exception.class),
                instanceOf(IOException.class));
    }

    @StructuredTest
    void too_many_too_few_and_others_do_not_match() {
        NurseryFailedException failure = assertThrows(NurseryFailedException.class, this::crash);
        assertMismatch(failure, same(disk));
        assertMismatch(failure, same(disk), group(instanceOf(FileNotFoundException.class)));
        assertMismatch(failure, same(disk), instanceOf(NurseryFailedException.class),
                instanceOf(IOException.class));
        assertMismatch(failure, same(new IOException("disk")),
                group(instanceOf(FileNotFoundException.class), instanceOf(IllegalArgumentException.class)));
        assertMismatch(failure, instanceOf(IOException.class, "tape"),
                group(instanceOf(FileNotFoundException.class), instanceOf(IllegalArgumentException.class)));
        assertThrows(AssertionError.class, () -> assertThrowsLeaves(this::crash, same(disk)));
    }

    private static void assertMismatch(Throwable thrown, Groups.Shape... members) {
        assertSame(thrown, assertThrows(AssertionError.class, () -> assertGroup(thrown, members)).getCause());
    }

    @StructuredTest
    void group_of_one_is_still_a_group() {
        assertThrowsGroup(() -> Nursery.run(_ -> {
            throw disk;
        }), same(disk));
        AssertionError wrong = assertThrows(AssertionError.class, () -> assertThrowsGroup(() -> {
            throw disk;
        }, same(disk)));
        assertEquals("""
                The failures do not have the shape. Expected this shape, in any order:
                  group of 1
                    exactly java.io.IOException: disk
                but this was thrown:
                  java.io.IOException: disk
                """, wrong.getMessage());
        assertSame(disk, wrong.getCause());
    }

    @StructuredTest
    void mismatch_shows_both_as_trees() {
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> Nursery.run(_ -> Nursery.run(_ -> {
                    throw disk;
                })));
        AssertionError wrong = assertThrows(AssertionError.class,
                () -> assertGroup(failure, instanceOf(IOException.class, "tape"), group()));
        assertEquals("""
                The failures do not have the shape. Expected this shape, in any order:
                  group of 2
                    java.io.IOException: tape
                    group of 0
                but this was thrown:
                  group of 1
                    group of 1
                      java.io.IOException: disk
                """, wrong.getMessage());
    }

    @StructuredTest
    void normal_end_is_wrong() {
        assertEquals("Nothing was thrown. Expected:\n  group of 1\n    java.io.IOException\n",
                assertThrows(AssertionError.class,
                        () -> assertThrowsGroup(() -> {}, instanceOf(IOException.class))).getMessage());
    }

    @StructuredTest
    void cancellation_of_the_caller_passes() {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            assertThrowsGroup(Checkpoints::checkpoint, instanceOf(Cancelled.class));
        });
        assertTrue(scope.absorbedCancellation());
    }
}
