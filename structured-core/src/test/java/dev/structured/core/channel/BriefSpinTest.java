package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Scheduler;
import dev.structured.core.Wait;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BriefSpinTest {
    private final BriefSpin spin = new BriefSpin();

    /// Returns a wait of the calling task.
    private static Wait<String> undecided() {
        return Wait.cancellable("a test");
    }

    private static Wait<String> decided() {
        Wait<String> wait = undecided();
        assertTrue(wait.decide("now"));
        return wait;
    }

    private void goBy(int waits, Wait<String> wait) {
        for (int i = 0; i < waits; i++) spin.await(wait);
    }

    /// A wait that went by without a look leaves one fewer; a look in vain sets the number anew.
    @Test
    void each_look_in_vain_doubles_the_waits_without_one() {
        Scheduler.shared().run("main", () -> {
            Wait<String> wait = undecided();
            List<Integer> skipped = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                spin.await(wait);
                skipped.add(spin.left());
                goBy(spin.left(), wait);
                assertEquals(0, spin.left());
            }
            assertEquals(List.of(1, 3, 7, 15, 31, 63, 127, 255, 255, 255), skipped);
        });
    }

    @Test
    void look_that_succeeds_begins_anew() {
        Scheduler.shared().run("main", () -> {
            Wait<String> wait = undecided();
            spin.await(wait);
            goBy(spin.left(), wait);
            spin.await(wait);
            assertEquals(3, spin.left());
            goBy(3, decided()); // without a look, so this does not count as a success
            spin.await(decided());
            assertEquals(0, spin.left());
            spin.await(wait);
            assertEquals(1, spin.left());
        });
    }
}
