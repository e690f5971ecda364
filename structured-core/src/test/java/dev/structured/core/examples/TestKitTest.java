package dev.structured.core.examples;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static dev.structured.testing.Groups.assertThrowsGroup;
import static dev.structured.testing.Groups.assertThrowsLeaves;
import static dev.structured.testing.Groups.group;
import static dev.structured.testing.Groups.instanceOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.testing.Sequencer;
import dev.structured.testing.Simulation;
import dev.structured.testing.SimulationFailedError;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One test for each thing in the test kit.
@Timeout(120) // a cancellation that does not arrive is a hang
class TestKitTest {

    // @start region=structured
    @StructuredTest
    void reminder_comes_after_a_night(VirtualClock clock) {
        List<String> said = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> nursery.startSoon("reminder", () -> {
            Checkpoints.sleep(Duration.ofHours(8));
            said.add("good morning");
        }));
        assertEquals(List.of("good morning"), said);
        assertEquals(Duration.ofHours(8), clock.now());
    }
    // @end

    // @start region=checkpoints
    @StructuredTest
    void taking_is_a_checkpoint_and_putting_is_none() {
        Shelf shelf = new Shelf();
        assertNoCheckpoint(() -> shelf.put("cup"));
        assertEquals("cup", assertCheckpoint(shelf::take)); // also when there is something to take
    }
    // @end

    private static final class Shelf {
        private final List<String> things = new CopyOnWriteArrayList<>();
        private final ParkingLot empty = new ParkingLot("something on the shelf");

        void put(String thing) {
            things.add(thing);
            empty.unpark(1);
        }

        String take() {
            Checkpoints.checkpoint();
            while (empty.parkIf(things::isEmpty)) {
                // somebody else may have been faster
            }
            return things.removeFirst();
        }
    }

    // @start region=sequencer
    @StructuredTest
    void late_reader_sees_the_second_value() {
        List<String> trail = new CopyOnWriteArrayList<>();
        Sequencer sequence = new Sequencer();
        Nursery.run(nursery -> {
            nursery.startSoon("writer", () -> {
                sequence.at(0, () -> trail.add("first value"));
                sequence.at(2, () -> trail.add("second value"));
            });
            nursery.startSoon("reader", () -> {
                sequence.at(1, () -> trail.add("read"));
                sequence.at(3, () -> trail.add("read again"));
            });
        });
        assertEquals(List.of("first value", "read", "second value", "read again"), trail);
    }
    // @end

    // @start region=groups
    @StructuredTest
    void every_failure_of_a_save_is_told() {
        assertThrowsGroup(TestKitTest::save,
                instanceOf(IOException.class, "disk full"),
                group(instanceOf(IllegalStateException.class)));
        assertThrowsLeaves(TestKitTest::save, // however they are grouped
                instanceOf(IOException.class), instanceOf(IllegalStateException.class));
    }
    // @end

    private static void save() {
        Nursery.run("save", save -> {
            ParkingLot both = new ParkingLot();
            save.startSoon("disk", () -> {
                try {
                    both.park();
                } finally {
                    fail("disk full");
                }
            });
            save.startSoon("index", () -> Nursery.run("index", index -> index.startSoon("write", () -> {
                throw new IllegalStateException("index is locked");
            })));
        });
    }

    private static void fail(String why) throws IOException {
        throw new IOException(why);
    }

    // @start region=replay
    @Test
    void lost_update_is_found_and_replayed() {
        SimulationFailedError failure = assertThrows(SimulationFailedError.class,
                () -> Simulation.check(1_000, LostUpdate::countToTwo));
        assertThrows(SimulationFailedError.class,
                () -> Simulation.replay(failure.schedule(), LostUpdate::countToTwo));
    }
    // @end

    @Test
    void stuck_task_is_told_with_its_stack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Scheduler scheduler = Scheduler.builder().instrument(new Swallowed.Witness(out)).build()) {
            scheduler.run("main",
                    () -> Timeouts.moveOnAfter(Duration.ofMillis(1), () -> spinUntilToldOf(bytes)));
        }
        String output = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(output.startsWith("main: stuck for "), output);
        assertTrue(output.contains("TestKitTest.spinUntilToldOf("), output);
    }

    private static void spinUntilToldOf(ByteArrayOutputStream told) {
        while (!told.toString(StandardCharsets.UTF_8).contains(".spinUntilToldOf("))
            Thread.onSpinWait();
    }
}
