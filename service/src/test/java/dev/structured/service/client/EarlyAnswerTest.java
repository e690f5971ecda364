package dev.structured.service.client;

import static dev.structured.service.client.Rig.CONFIG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.CancelScope;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.Method;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A downstream that answers before it has read the body, and reads no more.
@Timeout(60)
class EarlyAnswerTest {
    /// More than the buffers on the way can take.
    private static final int BODY_BYTES = 7 << 20;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answer_before_the_body_was_read_is_the_answer(boolean closes) {
        Rig.run(Rig::echo, rig -> {
            ServerSocket listener = new ServerSocket();
            listener.setReceiveBufferSize(4 << 10);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CancelScope hasty = new CancelScope("hasty");
            var server = rig.nursery.startSoon("hasty", () -> hasty.run(() -> refuse(listener, closes)));
            Downstream downstream = rig.http.open(CONFIG,
                    URI.create("http://127.0.0.1:" + listener.getLocalPort()), CallObserver.NONE);
            assertEquals(413,
                    Timeouts.failAfter(Duration.ofSeconds(20), () -> downstream.call(longCall())).status());
            hasty.cancel("done");
            server.await();
            assertEquals(0, rig.http.openConnections().stream()
                    .mapToInt(each -> each.active() + each.idle()).sum());
        });
    }

    /// The metric tells such connections from those that broke.
    @Test
    void connection_of_a_long_body_that_was_cancelled_is_replaced_as_such() {
        Rig.run(Rig::echo, rig -> {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            CancelScope server = new CancelScope("server");
            CancelScope client = new CancelScope("client");
            rig.nursery.startSoon("server", () -> server.run(() -> hangThenAnswer(listener, client::cancel)));
            Downstream downstream = rig.http.open(CONFIG,
                    URI.create("http://127.0.0.1:" + listener.getLocalPort()), CallObserver.NONE);
            assertTrue(client.call(() -> downstream.call(longCall())).isCancelled());
            assertEquals(200, Rig.get(downstream, "/next").status());
            assertEquals(Map.of("needed", 1L, "cancelled", 1L), rig.http.openedConnections().stream()
                    .filter(each -> each.port() == listener.getLocalPort() && each.count() > 0)
                    .collect(toMap(OpenedConnections::reason, OpenedConnections::count)));
            server.cancel("done");
        });
    }

    private static Call longCall() {
        return new Call(Method.POST, "/do", "/do", Map.of(),
                JsonNodeFactory.instance.textNode("x".repeat(BODY_BYTES)), Set.of(), false, false);
    }

    /// Reads no body on the first connection, and answers on the second.
    ///
    /// @param hangs run when the first head has come
    private static void hangThenAnswer(ServerSocket listener, Runnable hangs) throws IOException {
        try (listener; Socket first = listener.accept()) {
            readHead(first.getInputStream());
            hangs.run();
            try (Socket second = listener.accept()) {
                readHead(second.getInputStream());
                second.getOutputStream()
                        .write("HTTP/1.1 200 .\r\nContent-Length: 2\r\n\r\n{}".getBytes(ISO_8859_1));
                Socket _ = listener.accept();
            }
        }
    }

    /// Answers when the head has come, and keeps the connection until cancelled.
    private static void refuse(ServerSocket listener, boolean closes) throws IOException {
        try (listener; Socket socket = listener.accept()) {
            readHead(socket.getInputStream());
            socket.getOutputStream()
                    .write("HTTP/1.1 413 .\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
            if (closes) socket.shutdownOutput();
            Socket _ = listener.accept();
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int ends = 0;
        while (ends < 2) {
            int next = in.read();
            if (next == '\n') ends++;
            else if (next != '\r') ends = 0;
        }
    }
}
