package dev.structured.service.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.structured.service.demo.DemoServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
    private static final String GOOD = "{\"where\":{\"total\":7}}";

    private static String asking(int status, String body, @Nullable String token,
            AtomicReference<@Nullable String> sent) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            sent.set(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            Source source = new Source(URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                    token);
            assertFalse(source.toString().contains("secret"));
            return source.now().path("where").path("total").asText();
        } catch (TerminalException e) {
            return String.valueOf(e.getMessage());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void present_is_read_with_the_token() throws Exception {
        AtomicReference<@Nullable String> sent = new AtomicReference<>();
        assertEquals("7", asking(200, GOOD, "secret", sent));
        assertEquals("/live/now Bearer secret", sent.get());
        asking(200, GOOD, null, sent);
        assertEquals("/live/now null", sent.get());
    }

    @ParameterizedTest
    @CsvSource({"401, ,put it into the environment as ADMIN_TOKEN", "401, secret, does not accept the token",
            "404, , it may be the listener of the pages", "421, ,--admin-hosts 127.0.0.1",
            "503, , too many readers", "302, , answered with status 302", "200, , is no admin listener"})
    void refusal_says_what_to_do(int status, @Nullable String token, String said) throws Exception {
        String message = asking(status, "<html>", token, new AtomicReference<>());
        assertTrue(message.contains(said), message);
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void nobody_there_is_told() {
        int port = DemoServer.refusingPort();
        Source source = new Source(URI.create("http://127.0.0.1:" + port), null);
        String message = String.valueOf(
                assertThrows(TerminalException.class, source::now).getMessage());
        assertTrue(message.startsWith("Nothing listens at http://127.0.0.1:" + port), message);
        Source nowhere = new Source(URI.create("http://no.such.host.invalid:1"), null);
        assertEquals("There is no host 'no.such.host.invalid'.",
                assertThrows(TerminalException.class, nowhere::now).getMessage());
    }
}
