package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.engine.RandomConfig.Weather;
import dev.structured.testing.Simulation;
import dev.structured.testing.SimulationReport;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The engine, with all that stands between it and its downstreams, under random routes, random faults,
/// clients that go away, and random orders of what happens at the same time. [Judge] has what must hold of
/// each outcome, [World] what of all together.
///
/// A seed that fails is named with its configuration. `-Dsimulation.first=SEED` begins with it.
class EngineSimulationTest {
    private static final int AT_ONCE = 8;
    private static final int SEEDS = 1_250;
    private static final int PUNCTUAL = 125;

    private final Map<String, Integer> came = new TreeMap<>();
    private int joined;
    private int hits;

    private void play(Simulation simulation, Weather weather, boolean punctual) {
        World world = new World(simulation, weather, punctual);
        try {
            world.play(AT_ONCE);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + world.text, e);
        }
        for (Request request : world.requests) came.merge(request.came(), 1, Integer::sum);
        joined += world.joined;
        hits += world.hits;
    }

    @Test
    void ten_thousand_requests_come_to_what_can_be_explained_and_leave_nothing() {
        SimulationReport report = Simulation.check(SEEDS,
                simulation -> play(simulation, Weather.ROUGH, false));

        assertTrue(report.schedules() > SEEDS / 2, "hardly any different orders");
        for (String kind : new String[]{"Complete", "Partial", "Failed", "Batch", "gone"}) {
            assertTrue(came.getOrDefault(kind, 0) > SEEDS / 10, () -> "hardly a mixture: " + came);
        }
        assertTrue(joined > SEEDS / 10 && hits > SEEDS / 10, joined + " joined, " + hits + " from the cache");
    }

    /// A schedule without a switch: whoever can go on does so, and only when nobody can, time passes.
    private void punctually(Weather weather) {
        for (long seed = 0; seed < PUNCTUAL; seed++) {
            Simulation.replay(seed + "@", simulation -> play(simulation, weather, true));
        }
    }

    @Test
    void no_request_is_late_and_no_answer_is_older_than_allowed() {
        punctually(Weather.ROUGH);
    }

    @Test
    void nothing_is_missing_when_nothing_goes_wrong() {
        punctually(Weather.CALM);

        assertTrue(came.getOrDefault("Failed", 0) <= PUNCTUAL, came::toString);
        assertTrue(came.getOrDefault("Complete", 0) > PUNCTUAL, came::toString);
    }
}
