package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two tests that look at a program in the middle.
@Timeout(120) // a cancellation that does not arrive is a hang
class InTheMiddleTest {

    // @start region=settle
    @Test
    void guests_wait_until_the_door_opens() {
        VirtualClock clock = new VirtualClock();
        Scheduler scheduler = Scheduler.builder().platform(clock).build();
        ParkingLot door = new ParkingLot();
        scheduler.run("test", () -> Nursery.run(nursery -> {
            Task<?> first = nursery.startSoon("first", door::park);
            Task<?> second = nursery.startSoon("second", door::park);
            clock.settle(); // returns when every other task waits
            assertEquals(2, door.statistics().waiting());
            door.unparkAll();
            clock.settle();
            assertEquals(Task.State.SUCCEEDED, first.state());
            assertEquals(Task.State.SUCCEEDED, second.state());
        }));
    }
    // @end

    // @start region=manual
    @Test
    void time_stands_until_it_is_told_to_go() {
        VirtualClock clock = VirtualClock.manual();
        Scheduler scheduler = Scheduler.builder().platform(clock).build();
        scheduler.run("test", () -> Nursery.run(nursery -> {
            Task<?> nap = nursery.startSoon("nap", () -> Checkpoints.sleep(Duration.ofHours(8)));
            clock.settle();
            clock.jump(Duration.ofHours(7));
            clock.settle();
            assertEquals(Task.State.RUNNING, nap.state());
            clock.jump(Duration.ofHours(1));
            clock.settle();
            assertEquals(Task.State.SUCCEEDED, nap.state());
        }));
    }
    // @end
}
