package dev.structured.service.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.config.Priority;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// Pages of all classes under many orders of what happens at the same time: they come, wait, are cancelled,
/// and end, while the limits change.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdmissionSimulationTest {
    private static final int PAGES = 24;

    private static final class World {
        final Simulation simulation;
        final Scheduler scheduler;
        final AtomicInteger one = new AtomicInteger(2);
        final AtomicInteger two = new AtomicInteger(3);
        final Bottleneck first = new Bottleneck("first", one::get);
        final Bottleneck second = new Bottleneck("second", two::get);
        final AtomicInteger admitted = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger turnedAway = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final Admission admission;
        private final AdmissionObserver observer = new AdmissionObserver() {
            @Override
            public void admitted(Priority priority) {
                admitted.incrementAndGet();
                assertTrue(first.inFlight() <= one.get() || second.inFlight() <= two.get(),
                        "a place was taken where there was none");
            }

            @Override
            public void refused(Priority priority, String bottleneck, Refused why) {
                refused.incrementAndGet();
            }
        };

        World(Simulation simulation) {
            this.simulation = simulation;
            this.scheduler = simulation.scheduler();
            this.admission = new Admission(scheduler::nanoTime, observer);
        }

        void play() {
            RandomGenerator random = simulation.random();
            scheduler.run("pages", () -> Nursery.run(nursery -> {
                for (int i = 0; i < PAGES; i++) {
                    Priority priority = Priority.ofUrgency(random.nextInt(8));
                    List<Bottleneck> needs = random.nextBoolean() ? List.of(first) : List.of(first, second);
                    Duration after = Duration.ofMillis(random.nextInt(6));
                    Duration takes = Duration.ofMillis(1 + random.nextInt(5));
                    Duration gone = Duration.ofMillis(random.nextInt(8) == 0 ? random.nextInt(4) : 1_000);
                    nursery.startSoon("page", () -> page(priority, needs, after, takes, gone));
                }
                nursery.startSoon("limits", () -> {
                    Checkpoints.sleep(Duration.ofMillis(3));
                    one.set(4);
                    two.set(1);
                });
            }));
        }

        private void page(Priority priority, List<Bottleneck> needs, Duration after, Duration takes,
                Duration gone) {
            Checkpoints.sleep(after);
            CancelScope client = new CancelScope("client").withTimeout(gone);
            boolean[] decided = {false};
            client.run(() -> {
                Entry entry = Crowd
                        .awaited(admission.enter(priority, needs, Duration.ofMillis(20).toNanos()));
                decided[0] = true;
                if (!(entry instanceof Ticket ticket)) {
                    turnedAway.incrementAndGet();
                    return;
                }
                try (ticket) {
                    begun.incrementAndGet();
                    Checkpoints.sleep(takes);
                }
            });
            if (!decided[0]) cancelled.incrementAndGet();
        }

        void check() {
            assertEquals(0, first.inFlight(), "places are left");
            assertEquals(0, second.inFlight(), "places are left");
            assertEquals(0, admission.waiting(), "pages are left");
            assertEquals(PAGES, begun.get() + turnedAway.get() + cancelled.get());
            assertTrue(refused.get() >= turnedAway.get(), "who is turned away was refused");
            assertTrue(refused.get() <= turnedAway.get() + cancelled.get(),
                    "who was refused is turned away, or has gone");
            assertTrue(admitted.get() >= begun.get(), "who begins was admitted");
            assertTrue(admitted.get() <= begun.get() + cancelled.get(),
                    "who was admitted begins, or has gone");
        }
    }

    @Test
    void places_and_waits_add_up_in_every_order() {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger away = new AtomicInteger();
        AtomicInteger gone = new AtomicInteger();
        Simulation.check(600, simulation -> {
            World world = new World(simulation);
            world.play();
            world.check();
            begun.addAndGet(world.begun.get());
            away.addAndGet(world.turnedAway.get());
            gone.addAndGet(world.cancelled.get());
        });
        assertTrue(begun.get() > 1_000 && away.get() > 1_000 && gone.get() > 100,
                begun + " begun, " + away + " turned away, " + gone + " gone");
    }
}
