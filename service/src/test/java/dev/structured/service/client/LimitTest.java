package dev.structured.service.client;

import static dev.structured.service.client.Rig.CONFIG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Faults;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LimitTest {
    private static DownstreamConfig with(int maxConnections, int maxQueued, int maxBodyBytes) {
        return Rig.with("maxConnections: " + maxConnections, "maxQueued: " + maxQueued,
                "maxBody: " + maxBodyBytes + "B");
    }

    private static Answer ofLength(int bytes) {
        return Answer.json(200, "\"" + "x".repeat(bytes - 2) + "\"");
    }

    @Test
    void call_beyond_connections_and_queue_is_refused_at_once_and_the_others_are_answered() {
        Rig.run(with(2, 3, 2000), request -> Faults.hang(), rig -> {
            CancelScope hanging = new CancelScope("hanging");
            Task<@Nullable Void> all = rig.nursery.startSoon("hanging",
                    () -> hanging.run(() -> Nursery.run(calls -> {
                        for (int i = 0; i < 5; i++) calls.startSoon("call", () -> rig.get("/hang"));
                    })));
            CancelTest.await(() -> Rig.calls(rig.downstream) == 5 && rig.server.requests() == 2);
            DownstreamException refused = assertThrows(DownstreamException.class,
                    () -> rig.get("/one-too-many"));
            assertEquals(ErrorType.LIMIT_EXCEEDED, refused.type());
            assertEquals("limit_exceeded", rig.observer.last().errorType());
            assertEquals(2, rig.server.acceptedConnections());
            hanging.cancel("enough");
            all.await();
            assertEquals(6, rig.observer.ended.size());
        });
    }

    @Test
    void queued_calls_are_answered_when_a_connection_is_free_and_never_more_run_at_once() {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        Rig.run(with(2, 40, 2000), request -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            running.decrementAndGet();
            return new Action.Delayed(Duration.ofMillis(2), Rig.echo(request));
        }, rig -> {
            Nursery.run(calls -> {
                for (int i = 0; i < 40; i++) {
                    String path = "/" + i;
                    calls.startSoon("call", () -> assertEquals(path, rig.echoed(path)));
                }
            });
            assertTrue(most.get() <= 2);
            assertTrue(rig.server.acceptedConnections() <= 2,
                    () -> rig.server.acceptedConnections() + " connections");
        });
    }

    @Test
    void slots_are_given_back_whatever_becomes_of_the_calls() {
        Rig.run(with(1, 0, 2000), Rig.faulty(Faults.reset()), rig -> {
            for (int i = 0; i < 20; i++) {
                assertThrows(DownstreamException.class, () -> rig.get("/fault"));
                assertEquals("/fine", rig.echoed("/fine"));
            }
        });
    }

    @Test
    void body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
        Rig.run(with(2, 2, 5000), request -> ofLength(request.path().equals("/fits") ? 5000 : 5001), rig -> {
            assertEquals(4998, rig.get("/fits").body().asText().length());
            DownstreamException tooLarge = assertThrows(DownstreamException.class, () -> rig.get("/large"));
            assertEquals(ErrorType.BODY_TOO_LARGE, tooLarge.type());
        });
    }

    @Test
    void head_of_the_limit_is_read_and_a_larger_one_is_not() {
        Rig.run(CONFIG, request -> headOf(
                request.path().equals("/fits") ? CONFIG.maxHeaderBytes() : CONFIG.maxHeaderBytes() + 1),
                rig -> {
                    assertEquals("{}", rig.get("/fits").body().toString());
                    DownstreamException tooLarge = assertThrows(DownstreamException.class,
                            () -> rig.get("/large"));
                    assertEquals(ErrorType.HEADERS_TOO_LARGE, tooLarge.type());
                });
    }

    private static Action headOf(int bytes) {
        String rest = "HTTP/1.1 200 .\r\nContent-Length: 2\r\nX-Fill: \r\n\r\n";
        String fill = "x".repeat(bytes - rest.length());
        return new Action.Raw(rest.replace("X-Fill: ", "X-Fill: " + fill) + "{}", Action.Ending.KEEP);
    }

    @Test
    void endless_bodies_do_not_fill_the_memory() {
        Rig.run(with(4, 100, 1024 * 1024), request -> Faults.hugeBody(), rig -> {
            long before = usedMemory();
            Nursery.run(calls -> {
                for (int i = 0; i < 40; i++) {
                    calls.startSoon("call", () -> {
                        DownstreamException thrown = assertThrows(DownstreamException.class,
                                () -> rig.get("/huge"));
                        assertEquals(ErrorType.BODY_TOO_LARGE, thrown.type());
                    });
                }
            });
            assertEquals(0, rig.http.openConnections().getFirst().active());
            // The server may still hold what it was about to send.
            CancelTest.await(() -> usedMemory() - before < 20 << 20);
        });
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void opened_downstreams_have_limits_of_their_own() {
        Rig.run(with(1, 0, 2000), Rig.faulty(Faults.hang()), rig -> {
            CancelScope scope = new CancelScope("hanging");
            var task = rig.nursery.startSoon("hanging", () -> scope.run(() -> rig.get("/fault")));
            CancelTest.await(() -> rig.server.requests() == 1);
            assertThrows(DownstreamException.class, () -> rig.get("/full"));
            var config = DownstreamText.read("other", "maxConnections: 1", "maxQueued: 0");
            var other = rig.http.open(config, rig.server.url(), CallObserver.NONE);
            assertEquals(200, Rig.get(other, "/free").status());
            scope.cancel("enough");
            task.await();
        });
    }
}
