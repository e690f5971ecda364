package dev.structured.service.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The container's health check tells a good answer from all others.
class HealthyTest {
    @Test
    void health_check_asks_the_admin_listener_unless_it_is_told_whom() {
        assertEquals("9090/readyz", Healthy.asked(Map.of()));
        assertEquals("9191/readyz", Healthy.asked(Map.of("ADMIN_PORT", "9191")));
        assertEquals("8080/health", Healthy.asked(Map.of("ADMIN_PORT", "9191", "HEALTH", "8080/health")));
        assertFalse(Healthy.isGood(Healthy.answer("a port")));
        assertFalse(Healthy.isGood(Healthy.answer("100000/health")));
    }

    @Test
    void answer_of_2xx_is_good_and_any_other_is_not() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(Integer.parseInt(exchange.getRequestURI().getPath().substring(1)),
                    -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        try {
            assertEquals("200", Healthy.answer(port + "/200"));
            assertTrue(Healthy.isGood(Healthy.answer(port + "/204")));
            for (int status : List.of(302, 404, 500, 503))
                assertFalse(Healthy.isGood(Healthy.answer(port + "/" + status)), "" + status);
        } finally {
            server.stop(0);
        }
        assertTrue(Healthy.answer(port + "/200").contains("ConnectException"));
        assertFalse(Healthy.isGood(Healthy.answer(port + "/200")));
    }
}
