package dev.structured.service.client;

import static dev.structured.service.client.Rig.CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.demo.DemoServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Security;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectTest {
    private static DownstreamException failure(Rig rig, URI url, Duration connectTimeout) {
        Downstream downstream = rig.http.open(CancelTest.withConnections(2, connectTimeout), url,
                rig.observer);
        return assertThrows(DownstreamException.class, () -> Rig.get(downstream, "/nobody"));
    }

    @Test
    void refused_connection_is_connect_refused() {
        Rig.run(Rig::echo, rig -> {
            URI url = URI.create("http://127.0.0.1:" + DemoServer.refusingPort());
            assertEquals(ErrorType.CONNECT_REFUSED, failure(rig, url, Duration.ofSeconds(5)).type());
            assertEquals("connect_refused", rig.observer.last().errorType());
            assertEquals(url.getPort(), rig.observer.last().peer().port());
        });
    }

    @Test
    void refused_connection_is_connect_refused_with_TLS_too() {
        Rig.run(Rig::echo, rig -> {
            URI url = URI.create("https://127.0.0.1:" + DemoServer.refusingPort());
            assertEquals(ErrorType.CONNECT_REFUSED, failure(rig, url, Duration.ofSeconds(5)).type());
        });
    }

    @Test
    void address_that_does_not_answer_is_connect_timeout() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            Rig.run(Rig::echo, rig -> {
                long began = System.nanoTime();
                assertEquals(ErrorType.CONNECT_TIMEOUT,
                        failure(rig, hole.url(), Duration.ofMillis(200)).type());
                assertTrue(System.nanoTime() - began >= Duration.ofMillis(200).toNanos());
            });
        }
    }

    @Test
    void name_that_does_not_resolve_is_dns() {
        Rig.run(Rig::echo, rig -> {
            // A label of more than 63 characters: refused by the resolver without asking anybody.
            URI url = URI.create("http://" + "x".repeat(64) + ".invalid:80");
            assertEquals(ErrorType.DNS, failure(rig, url, Duration.ofSeconds(20)).type());
        });
    }

    /// The JDK remembers for 10 s that a name was not found: as long a downstream would stay lost whose name
    /// was missing for a moment.
    @Test
    void lookups_are_remembered_for_a_second_also_those_that_found_nothing() {
        NameLookup _ = NameLookup.of("localhost");
        assertEquals("1", Security.getProperty("networkaddress.cache.ttl"));
        assertEquals("1", Security.getProperty("networkaddress.cache.negative.ttl"));
    }

    @Test
    void downstream_that_comes_back_is_called_again() {
        Rig.run(Rig::echo, rig -> {
            assertEquals("/before", rig.echoed("/before"));
            int port = rig.server.port();
            rig.server.stop();
            assertTrue(rig.server.awaitNoConnections(Rig.PATIENCE));
            DownstreamException gone = assertThrows(DownstreamException.class, () -> rig.get("/gone"));
            assertEquals(ErrorType.CONNECT_REFUSED, gone.type());
            DemoServer.start(rig.nursery, "again",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Rig::echo);
            assertEquals("/after", rig.echoed("/after"));
        });
    }

    @Test
    void closed_downstreams_open_nothing_and_answer_nothing() {
        Rig.run(Rig::echo, rig -> {
            rig.http.close();
            rig.http.close();
            assertThrows(IllegalStateException.class,
                    () -> rig.http.open(CONFIG, rig.server.url(), rig.observer));
            assertThrows(DownstreamException.class, () -> rig.get("/too-late"));
        });
    }
}
