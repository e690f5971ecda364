package dev.structured.service.client;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.demo.Action.Delayed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Prints how many connections 600 pages of three parts open, at 40 pages a second, when some of the clients
/// leave after 50 ms and the downstream answers after 100 ms. Run by hand: `-Dfigures=0,30,100`.
@Timeout(600)
@EnabledIfSystemProperty(named = "figures", matches = ".*")
class OpensFigures {
    private static final int PAGES = 600;
    private static final Duration BETWEEN = Duration.ofMillis(25);

    @Test
    void print() throws Exception {
        for (String each : System.getProperty("figures").split(",", -1)) {
            int percent = Integer.parseInt(each);
            Rig.run(Rig.with("maxConnections: 64", "maxQueued: 1000"),
                    request -> new Delayed(Duration.ofMillis(100), Rig.echo(request)), rig -> {
                        String parts = pages(rig.downstream, percent);
                        System.out.println("HTTP/1.1, " + percent + " % leave: "
                                + rig.server.acceptedConnections() + " connections; " + parts);
                    });
            Rig.run(Over.TLS, List.of("maxConnections: 64", "maxQueued: 1000"),
                    request -> new Delayed(Duration.ofMillis(100), Rig.echo(request)), rig -> {
                        String parts = pages(rig.downstream, percent);
                        System.out.println("HTTP/1.1 with TLS, " + percent + " % leave: "
                                + rig.server.acceptedConnections() + " connections; " + parts);
                    });
            Rig.run(Rig.with("maxConnections: 64", "maxQueued: 1000", "maxOpens: 20"),
                    request -> new Delayed(Duration.ofMillis(100), Rig.echo(request)), rig -> {
                        String parts = pages(rig.downstream, percent);
                        System.out.println("HTTP/1.1, 20 a second, " + percent + " % leave: "
                                + rig.server.acceptedConnections() + " connections; " + parts);
                    });
            Http2Rig.run(rig -> {
                rig.server.script = asked -> asked.later(Duration.ofMillis(100),
                        () -> Http2Server.echo(asked));
                String parts = pages(rig.downstream, percent);
                System.out.println("HTTP/2, " + percent + " % leave: " + rig.server.connections()
                        + " connections; " + parts);
            }, "maxConnections: 64", "maxQueued: 1000");
        }
    }

    private static String pages(Downstream downstream, int percent) {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Nursery.run(pages -> {
            for (int i = 0; i < PAGES; i++) {
                CancelScope page = new CancelScope("page").withTimeout(
                        i % 100 < percent ? Duration.ofMillis(50) : Duration.ofSeconds(5));
                pages.startSoon(() -> page.run(() -> Nursery.run(parts -> {
                    for (int part = 0; part < 3; part++) {
                        parts.startSoon(() -> {
                            try {
                                Rig.get(downstream, "/");
                                answered.incrementAndGet();
                            } catch (DownstreamException e) {
                                failed.incrementAndGet();
                            }
                        });
                    }
                })));
                Checkpoints.sleep(BETWEEN);
            }
        });
        return answered + " parts answered, " + failed + " failed of " + 3 * PAGES;
    }
}
