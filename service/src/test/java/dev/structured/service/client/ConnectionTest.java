package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.client.CallObserver.EndedCall;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.service.demo.Faults;
import dev.structured.service.demo.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionTest {
    @Test
    void calls_one_after_the_other_share_a_connection() {
        Rig.run(Rig::echo, rig -> {
            for (int i = 0; i < 50; i++) assertEquals("/" + i, rig.echoed("/" + i));
            assertEquals(1, rig.server.acceptedConnections());
            assertEquals(List.of(new OpenConnections("scripted", "127.0.0.1", rig.server.port(), 0, 1)),
                    rig.http.openConnections());
        });
    }

    @Test
    void connection_that_has_reached_its_age_carries_no_more_calls() {
        Rig.run(Rig.with("maxAge: 100ms"), Rig::echo, rig -> {
            for (int i = 0; i < 3; i++) {
                assertEquals("/" + i, rig.echoed("/" + i));
                Checkpoints.sleep(Duration.ofMillis(110));
            }
            assertEquals(3, rig.server.acceptedConnections());
        });
    }

    @Test
    void connection_of_a_running_call_is_active() {
        Rig.run(Rig.faulty(Faults.hang()), rig -> {
            CancelScope scope = new CancelScope("hanging");
            var task = rig.nursery.startSoon("hanging", () -> scope.run(() -> rig.get("/fault")));
            CancelTest.await(() -> rig.server.requests() == 1);
            assertEquals(1, rig.http.openConnections().getFirst().active());
            scope.cancel("enough");
            task.await();
            OpenConnections left = rig.http.openConnections().getFirst();
            assertEquals(0, left.active() + left.idle());
        });
    }

    @Test
    void connection_that_the_downstream_closes_after_an_answer_is_not_used_again() {
        Raw closing = new Raw("HTTP/1.1 200 .\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
                Ending.CLOSE);
        Rig.run(request -> closing, rig -> {
            for (int i = 0; i < 50; i++) assertEquals("{}", rig.get("/").body().toString());
            assertEquals(50, rig.server.acceptedConnections());
        });
    }

    @Test
    void connection_that_the_downstream_closed_meanwhile_is_replaced_without_a_failure() {
        Raw closing = new Raw("HTTP/1.1 200 .\r\nContent-Length: 2\r\n\r\n{}", Ending.CLOSE);
        Rig.run(request -> closing, rig -> {
            for (int i = 0; i < 50; i++) {
                assertEquals("{}", rig.get("/").body().toString());
                assertTrue(rig.server.awaitNoConnections(Rig.PATIENCE));
            }
            assertEquals(50, rig.server.requests());
        });
    }

    @Test
    void request_holds_what_is_needed_and_nothing_else() {
        List<Request> seen = new CopyOnWriteArrayList<>();
        Rig.run(request -> {
            seen.add(request);
            return new Action.Answer(200, Map.of("Set-Cookie", "a=b"), "{}");
        }, rig -> {
            rig.get("/a%2Fb/c;d=e?f=g%20h&f=+&i");
            rig.get("/again");
            assertEquals("/a%2Fb/c;d=e?f=g%20h&f=+&i", seen.getFirst().target());
            Request request = seen.getLast();
            assertEquals("GET", request.method());
            assertEquals(Set.of("host", "user-agent", "accept"), request.headers().keySet());
            assertEquals("127.0.0.1:" + rig.server.port(), request.header("host"));
            assertEquals("application/json", request.header("accept"));
            String agent = request.header("user-agent");
            assertTrue(agent != null && agent.startsWith("structured-service"), agent);
        });
    }

    @Test
    void observer_is_not_told_of_a_probe() {
        Rig.run(Rig::echo, rig -> {
            OpenedDownstream opened = (OpenedDownstream) rig.downstream;
            assertEquals(200, opened.probe(Call.get("/health", "/health")).status());
            assertEquals(1, rig.server.requests());
            assertEquals(0, rig.observer.started.get() + rig.observer.ended.size());
        });
    }

    @Test
    void observer_is_told_of_a_good_call_too() {
        Rig.run(Rig::echo, rig -> {
            rig.get("/fine");
            assertEquals(1, rig.observer.started.get());
            EndedCall ended = rig.observer.last();
            assertEquals("scripted", ended.peer().downstream());
            assertEquals("127.0.0.1", ended.peer().address());
            assertEquals(rig.server.port(), ended.peer().port());
            assertEquals("GET", ended.method());
            assertEquals("/template", ended.template());
            assertEquals(200, ended.status());
            assertNull(ended.errorType());
            assertTrue(ended.nanos() > 0 && ended.nanos() < Duration.ofSeconds(60).toNanos());
            assertFalse(rig.downstream.toString().isBlank());
        });
    }
}
