package dev.structured.service.client;

import static dev.structured.service.client.RawHttp2Server.ACK;
import static dev.structured.service.client.RawHttp2Server.PING;
import static dev.structured.service.client.RawHttp2Server.WINDOW_UPDATE;
import static dev.structured.service.client.RawHttp2Server.numbers;
import static dev.structured.service.client.RawHttp2Server.setting;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A downstream of HTTP/2 that reads no more, but goes on sending.
@Timeout(60)
class StuckConnectionTest {
    private static final int INITIAL_WINDOW = 4;
    /// Together more than the buffers on the way can take.
    private static final int CALLS = 4;
    private static final int BODY_BYTES = 7 << 20;

    /// Bytes that it sends do not show that it reads, and what it does not read would pile up.
    @Test
    void connection_that_takes_no_more_is_given_up() throws Exception {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                RawHttp2Server server = new RawHttp2Server();
                CountDownLatch over = new CountDownLatch(1);
                server.settings = setting(INITIAL_WINDOW, Integer.MAX_VALUE);
                server.script = (connection, _) -> {
                    connection.send(WINDOW_UPDATE, 0, 0, numbers(1 << 30));
                    while (over.getCount() > 0) {
                        connection.send(PING, ACK, 0, new byte[8]);
                        Checkpoints.sleep(Duration.ofMillis(1));
                    }
                };
                nursery.startSoon("server", server::run);
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    OpenedDownstream downstream = http.open(
                            DownstreamText.read("raw", "url: " + server.url(), "protocol: h2c",
                                    "connectTimeout: 10s"),
                            server.url(), CallObserver.NONE);
                    List<Task<DownstreamException>> calls = IntStream.range(0, CALLS)
                            .mapToObj(_ -> nursery.startSoon("call", () -> assertThrows(
                                    DownstreamException.class, () -> downstream.call(large()))))
                            .toList();
                    CancelTest.await(() -> {
                        http.closeUnused(System.nanoTime() + Liveness.PATIENCE.multipliedBy(2).toNanos());
                        return calls.stream().allMatch(Task::isDone);
                    });
                    over.countDown();
                    for (Task<DownstreamException> each : calls) {
                        assertEquals(ErrorType.RESET, each.await().type());
                        assertTrue(each.await().toString().contains("does not read"), each.await()::toString);
                    }
                    RawHttp2Test.assertWell(server, downstream);
                }
                nursery.scope().cancel("the test is over");
            }));
        }
    }

    private static Call large() {
        return new Call(Method.POST, "/", "/", Map.of(),
                JsonNodeFactory.instance.textNode("x".repeat(BODY_BYTES)), Set.of(), false, false);
    }
}
