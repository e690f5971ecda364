package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.Task;
import dev.structured.core.testing.StructuredTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Section 3.G, as far as there are primitives.
class G_PrimitivesTest {
    private static final String VAIN = "Waiting for the bus is in vain: task '%s', which it depends on, has ended";

    private final ParkingLot lot = new ParkingLot("the bus");

    @StructuredTest
    void s99_parked_tasks_are_told_when_the_breaker_ends_and_later_ones_at_once() {
        List<String> told = new CopyOnWriteArrayList<>();
        Nursery.run(nursery -> {
            Task<?> breaker = nursery.startSoon("driver", () -> Checkpoints.sleep(Duration.ofSeconds(1)));
            lot.addBreaker(breaker);
            nursery.startSoon("passenger", () -> {
                BrokenException broken = assertThrows(BrokenException.class, lot::park);
                told.add(broken.getMessage());
            });
            Checkpoints.sleep(Duration.ofSeconds(2));
            assertEquals(List.of(VAIN.formatted(breaker.path())), told);
            assertEquals(told.getFirst(), assertThrows(BrokenException.class, lot::park).getMessage());
            assertEquals(0, lot.waiting());
        });
    }

    @StructuredTest
    void s99_breaker_that_has_ended_breaks_the_lot_at_once() {
        Nursery.run(nursery -> {
            Task<?> ended = nursery.startSoon("driver", () -> {});
            ended.await();
            lot.addBreaker(ended);
            assertEquals(VAIN.formatted(ended.path()),
                    assertThrows(BrokenException.class, lot::park).getMessage());
        });
    }
}
