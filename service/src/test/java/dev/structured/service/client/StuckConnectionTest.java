package dev.structured.service.client;

import static dev.structured.service.client.RawHttp2Server.ACK;
import static dev.structured.service.client.RawHttp2Server.END_HEADERS;
import static dev.structured.service.client.RawHttp2Server.HEADERS;
import static dev.structured.service.client.RawHttp2Server.PING;
import static dev.structured.service.client.RawHttp2Server.SETTINGS;
import static dev.structured.service.client.RawHttp2Server.WINDOW_UPDATE;
import static dev.structured.service.client.RawHttp2Server.numbers;
import static dev.structured.service.client.RawHttp2Server.setting;
import static dev.structured.service.client.RawHttp2Server.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.Method;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A downstream of HTTP/2 that reads no more, but goes on sending.
@Timeout(60)
class StuckConnectionTest {
    private static final int INITIAL_WINDOW = 4;
    /// Together more than the buffers on the way can take.
    private static final int CALLS = 4;
    private static final int BODY_BYTES = 7 << 20;

    private interface Body {
        void run(Nursery nursery, RawHttp2Server server, HttpProtocol http, OpenedDownstream downstream)
                throws Exception;
    }

    private static void run(Body body) throws Exception {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                RawHttp2Server server = new RawHttp2Server();
                server.settings = setting(INITIAL_WINDOW, Integer.MAX_VALUE);
                nursery.startSoon("server", server::run);
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    OpenedDownstream downstream = http.open(
                            DownstreamText.read("raw", "url: " + server.url(), "protocol: h2c",
                                    "connectTimeout: 10s"),
                            server.url(), CallObserver.NONE);
                    body.run(nursery, server, http, downstream);
                    RawHttp2Test.assertWell(server, downstream);
                }
                nursery.scope().cancel("the test is over");
            }));
        }
    }

    /// Bytes that it sends do not show that it reads, and what it does not read would pile up.
    @Test
    void connection_that_takes_no_more_is_given_up() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        run((nursery, server, http, downstream) -> {
            server.script = (connection, _) -> {
                connection.send(WINDOW_UPDATE, 0, 0, numbers(1 << 30));
                while (over.getCount() > 0) {
                    connection.send(PING, ACK, 0, new byte[8]);
                    Checkpoints.sleep(Duration.ofMillis(1));
                }
            };
            List<Task<DownstreamException>> calls = IntStream.range(0, CALLS)
                    .mapToObj(_ -> nursery.startSoon("call", () -> assertThrows(
                            DownstreamException.class, () -> downstream.call(large()))))
                    .toList();
            CancelTest.await(() -> {
                http.closeUnused(System.nanoTime());
                return calls.stream().allMatch(Task::isDone);
            });
            over.countDown();
            for (Task<DownstreamException> each : calls) {
                assertEquals(ErrorType.RESET, each.await().type());
                assertTrue(each.await().toString().contains("does not read"), each.await()::toString);
            }
        });
    }

    /// The connection is closed from here, as the downstream sees. It would else send on and on.
    @ParameterizedTest
    @ValueSource(ints = {PING, SETTINGS, WINDOW_UPDATE})
    void connection_that_asks_for_more_than_it_reads_is_given_up(int type) throws Exception {
        run((nursery, server, http, downstream) -> {
            server.script = (connection, stream) -> {
                connection.send(HEADERS, END_HEADERS, stream, status(200));
                ByteArrayOutputStream frames = new ByteArrayOutputStream();
                int length = type == PING ? 8 : type == WINDOW_UPDATE ? 4 : 0;
                byte[] frame = ByteBuffer.allocate(9 + length).putInt(length << 8 | type).put((byte) 0)
                        .putInt(type == WINDOW_UPDATE ? stream : 0).array();
                for (int i = 0; i < 1_000; i++) frames.writeBytes(frame);
                while (true)
                    connection.send(frames.toByteArray());
            };
            var thrown = assertThrows(DownstreamException.class, () -> RawHttp2Test.get(downstream));
            if (type != WINDOW_UPDATE) { // which breaks a rule before
                assertEquals(ErrorType.RESET, thrown.type(), thrown::toString);
                assertTrue(thrown.toString().contains("more than it reads"), thrown::toString);
            }
            CancelTest.await(() -> http.openConnections().getFirst().equals(
                    http.openConnections().getFirst().of(0, 0)));
        });
    }

    private static Call large() {
        return new Call(Method.POST, "/", "/", Map.of(),
                JsonNodeFactory.instance.textNode("x".repeat(BODY_BYTES)), Set.of(), false, false);
    }
}
