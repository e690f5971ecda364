package dev.structured.service.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Reply;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// What becomes of health checks when the file is read again while requests of the configuration before still
/// run, so that its balancer is still open.
class HealthReloadTest {
    private static final String THREE = "urls: [http://a, http://b, http://c]";
    private static final String CHECKED = "healthCheck: {path: /health, interval: 1s, timeout: 500ms}";

    private final Fleet fleet = new Fleet();

    private static Balancer balancer(Fleet fleet, Background background, Balancer before, String... keys) {
        return fleet.balancer(Fleet.config(keys), background, before);
    }

    @StructuredTest
    void endpoint_that_nobody_checks_any_more_gets_calls_again() {
        fleet.does("a", call -> isCheck(call.path()) ? Fleet.after(1, 503) : Fleet.after(1));
        fleet.run(background -> {
            Balancer first = fleet.balancer(Fleet.config(THREE, CHECKED), background);
            Checkpoints.sleep(Duration.ofMillis(2_500));
            assertEquals(List.of("a unhealthy 0"), fleet.events);
            Balancer next = balancer(fleet, background, first, THREE);
            assertEquals(List.of("a unhealthy 0", "a returned"), fleet.events);
            Checkpoints.sleep(Duration.ofSeconds(60));
            assertEquals(List.of("a unhealthy 0", "a returned"), fleet.events,
                    "the old checks are not heard");
            first.close();
            int before = fleet.calls("a");
            for (int i = 0; i < 100; i++) next.downstream().call(Fleet.get("/"));
            assertTrue(fleet.calls("a") > before);
        });
    }

    @StructuredTest
    void only_the_checks_of_the_new_configuration_go_on() {
        AtomicInteger old = new AtomicInteger();
        Fleet.Script both = call -> {
            if (call.path().equals("/health")) {
                old.incrementAndGet();
                return Fleet.after(1, 404);
            }
            return Fleet.after(1);
        };
        fleet.does("a", both).does("b", both).does("c", both);
        fleet.run(background -> {
            Balancer first = fleet.balancer(Fleet.config(THREE, CHECKED), background);
            Checkpoints.sleep(Duration.ofMillis(2_500));
            assertEquals(3, fleet.events.size());
            int asked = old.get();
            Balancer next = balancer(fleet, background, first, THREE,
                    "healthCheck: {path: /well, interval: 1s}");
            Checkpoints.sleep(Duration.ofSeconds(60));
            assertEquals(asked, old.get());
            assertEquals(6, fleet.events.size(), fleet.events::toString);
            assertEquals(0, next.views().stream().filter(each -> each.leftAlone() != null).count());
        });
    }

    /// The check was in flight when the configuration changed, and its answer comes after that.
    @StructuredTest
    void answer_to_a_check_of_the_configuration_before_is_not_heard() {
        fleet.does("a", _ -> slow());
        fleet.run(background -> {
            Balancer first = fleet.balancer(Fleet.config(THREE, "healthCheck: {path: /health, interval: 1s,"
                    + " timeout: 500ms, unhealthyAfter: 1}"), background);
            Checkpoints.sleep(Duration.ofMillis(499));
            Balancer next = balancer(fleet, background, first, THREE);
            Checkpoints.sleep(Duration.ofSeconds(2));
            assertEquals(List.of(), fleet.events);
            next.close();
            first.close();
        });
    }

    private static Reply slow() {
        return Fleet.after(10_000);
    }

    private static boolean isCheck(String path) {
        return path.equals("/health");
    }
}
