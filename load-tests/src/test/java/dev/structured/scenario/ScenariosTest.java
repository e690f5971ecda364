package dev.structured.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.scenario.Stage.Played;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs each scenario for some seconds. The assertions are about counts, which hold on any machine however
/// busy, and about no times.
@Timeout(120)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ScenariosTest {
    private static final Path FOLDER = Path.of("target", "scenarios-test");
    private static final int BURST = 10;

    /// What a test does with a downstream and a service, which are started for it.
    @FunctionalInterface
    private interface Body {
        void run(Downstream downstream, LazyService service) throws Exception;
    }

    /// `mvn verify` builds the service first; a test of this module alone may not find it.
    private static void play(String routes, Body body) {
        assumeTrue(Files.exists(Service.JAR), "the service has not been built");
        Scheduler.shared().run(routes, () -> Nursery.run(routes, nursery -> {
            Downstream downstream = Downstream.start(nursery);
            try (LazyService service = new LazyService(downstream.url(), FOLDER, routes, routes)) {
                body.run(downstream, service);
            }
            nursery.scope().cancel("done");
        }));
    }

    @Test
    void extra_calls_stay_within_their_budget_and_overload_is_shed() {
        play("routes", (downstream, service) -> {
            storm(new Stage(service, downstream, 100, 1, 10));
            tail(new Stage(service, downstream, 100, 1, 10));
            overload(new Stage(service, downstream, 750, 3, 10));
            replicas(new Stage(service, downstream, 100, 2, 10));
        });
    }

    @Test
    void looks_at_where_requests_are_add_up() {
        play("where", (downstream, service) -> {
            Report where = new Where().run(new Stage(service, downstream, 50, 2, 10));
            assertTrue(where.isGood(), where::text);
        });
    }

    /// As few as any machine has descriptors for; what one of them costs is not to be told of so few.
    @Test
    void idle_clients_stop_nobody() {
        play("idle", (downstream, service) -> {
            Idle.Result idle = Idle.measure(new Stage(service, downstream, 1, 1, 10), 100, 2);
            assertEquals(0, idle.unanswered(), idle::toString);
            assertTrue(idle.open() >= 100, idle::toString);
        });
    }

    /// So few a second that a service that has just started, on two cores, has the time for them: a task that
    /// waits for a processor is told from one that is stuck by nothing but its time.
    @Test
    void faults_leave_nothing() {
        play("faults", (downstream, service) -> {
            Report faults = Faults.run(new Stage(service, downstream, 50, 12, 10), FOLDER);
            assertTrue(faults.isGood(), faults::text);
        });
    }

    private static void storm(Stage stage) throws Exception {
        Played unbounded = stage.measured("/storm-unbounded");
        assertTrue(unbounded.calls() > 250, () -> "calls: " + unbounded.calls());
        Played budget = stage.measured("/storm-budget");
        assertTrue(budget.calls() > 100 && budget.calls() <= 110 + BURST, () -> "calls: " + budget.calls());
        Played breaker = stage.measured("/storm-breaker");
        assertTrue(breaker.calls() < 100, () -> "calls: " + breaker.calls());
    }

    private static void tail(Stage stage) throws Exception {
        Played hedged = stage.measured("/tail-hedged/10");
        assertEquals(100, hedged.answers().count(200));
        assertTrue(hedged.calls() <= 103 + BURST, () -> "calls: " + hedged.calls());
    }

    private static void replicas(Stage stage) throws Exception {
        Played robin = stage.measured("/replicas-robin/10");
        assertEquals(robin.answers().count(), stage.downstream().calls("/slow-d"), "a third of all parts");
        Played slow = stage.measured("/replicas-slow/10");
        int calls = stage.downstream().calls("/slow-c");
        assertTrue(calls < slow.answers().count() / 4, () -> "calls: " + calls);
        Played broken = stage.measured("/replicas-broken/10");
        int failed = stage.downstream().calls("/broken-c");
        assertTrue(failed < broken.answers().count() / 4, () -> "calls: " + failed);
    }

    private static void overload(Stage stage) throws Exception {
        Played adaptive = stage.measured("/overload-adaptive");
        int good = adaptive.answers().count(200);
        int shed = adaptive.answers().count(503);
        assertTrue(good > 0 && shed > 0 && good <= adaptive.calls(), () -> good + " good, " + shed + " shed");
    }
}
