package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/// What the tests of the kernel share: a scheduler whose clock jumps, and the check that nothing is left
/// behind.
abstract class KernelTest {
    final VirtualClock clock = new VirtualClock();
    final Scheduler scheduler = Scheduler.builder().platform(clock).build();

    static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    static void sleep(double seconds) {
        Checkpoints.sleep(seconds(seconds));
    }

    Deadline at(double seconds) {
        return Deadline.at(clock, seconds(seconds).toNanos());
    }

    /// The virtual time in seconds.
    double time() {
        return clock.now().toNanos() / 1e9;
    }

    static void assertFlags(CancelScope scope, boolean isCancelled, boolean absorbedCancellation) {
        assertEquals(isCancelled + "," + absorbedCancellation,
                scope.isCancelled() + "," + scope.absorbedCancellation(),
                "isCancelled,absorbedCancellation of " + scope);
    }

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(0, scheduler.statistics().runs(), "runs left");
        assertEquals(0, scheduler.statistics().tasks(), "tasks left");
        assertEquals(0, scheduler.deadlines().size(), "deadlines left");
        scheduler.close();
    }
}
