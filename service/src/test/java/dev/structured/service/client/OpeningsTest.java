package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.CancelTest.Attempt;
import dev.structured.service.client.MultiplexedTransport.Opener;
import dev.structured.service.demo.DemoServer;
import dev.structured.service.demo.Faults;
import dev.structured.service.server.Await;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How often connections are opened, and why.
@Timeout(60)
class OpeningsTest {
    private static OpenedConnections opened(Rig rig, String reason, int count) {
        return new OpenedConnections("scripted", "127.0.0.1", rig.server.port(), reason, count);
    }

    @Test
    void openings_are_counted_by_what_made_them_necessary() {
        Rig.run(Rig.faulty(Faults.hang()), rig -> {
            rig.get("/first");
            rig.get("/same");
            assertEquals(List.of(opened(rig, "needed", 1)), rig.http.openedConnections());
            Attempt attempt = CancelTest.call(rig.nursery, () -> rig.get("/fault"));
            CancelTest.await(() -> rig.server.requests() == 3);
            attempt.scope().cancel("test");
            attempt.task().await();
            rig.get("/again");
            assertEquals(List.of(opened(rig, "needed", 1), opened(rig, "cancelled", 1)),
                    rig.http.openedConnections());
        });
    }

    @Test
    void connection_that_an_answer_broke_is_counted_as_such() {
        Rig.run(Rig.faulty(Faults.reset()), rig -> {
            assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            rig.get("/again");
            assertEquals(List.of(opened(rig, "needed", 1), opened(rig, "broken", 1)),
                    rig.http.openedConnections());
        });
    }

    @Test
    void counts_outlive_a_configuration() {
        Rig.run(Rig::echo, rig -> {
            rig.get("/first");
            try (OpenedDownstream next = rig.http.open(Rig.with("maxConnections: 9"), rig.server.url(),
                    rig.observer)) {
                Rig.get(next, "/next");
            }
            assertEquals(List.of(opened(rig, "needed", 2)), rig.http.openedConnections());
        });
    }

    /// Two at once, and then one every half second.
    @Test
    void call_that_needs_a_connection_too_many_waits_its_turn() {
        Rig.run(Rig.with("maxOpens: 2"), Rig.faulty(Faults.hang()), rig -> {
            long began = System.nanoTime();
            Attempt first = CancelTest.call(rig.nursery, () -> rig.get("/fault"));
            Attempt second = CancelTest.call(rig.nursery, () -> rig.get("/fault"));
            CancelTest.await(() -> rig.server.requests() == 2);
            assertEquals("/third", rig.echoed("/third"));
            assertTrue(System.nanoTime() - began >= 500_000_000, "the third did not wait");
            assertEquals(3, rig.server.acceptedConnections());
            assertEquals(3, rig.server.requests());
            first.scope().cancel("test");
            second.scope().cancel("test");
            first.task().await();
            second.task().await();
        });
    }

    /// The next turn comes a second later; ten calls need ten connections only if they wait for that. A
    /// machine that stalls for a second may open one more meanwhile.
    @Test
    void call_that_waits_its_turn_takes_a_connection_that_is_given_back() {
        Rig.run(Rig.with("maxOpens: 1"), Rig::echo, rig -> {
            long began = System.nanoTime();
            Nursery.run(calls -> {
                for (int i = 0; i < 10; i++) {
                    String path = "/" + i;
                    calls.startSoon(() -> assertEquals(path, rig.echoed(path)));
                }
            });
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            assertTrue(rig.server.acceptedConnections() <= 3 + seconds, () -> rig.server.acceptedConnections()
                    + " connections");
        });
    }

    /// By a clock that stands still, so that its turn cannot come before it has left.
    @Test
    void call_that_leaves_while_it_waits_its_turn_takes_none() throws Exception {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
        Openings openings = new Openings(now::get);
        AtomicInteger opened = new AtomicInteger();
        Opener opener = () -> {
            opened.incrementAndGet();
            return new NoWire();
        };
        openings.open(2, opener).close();
        openings.open(2, opener).close();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread gone = Thread.ofVirtual().start(() -> end
                .complete(assertThrows(Exception.class, () -> openings.open(2, opener).close())));
        Await.until("it waits", () -> gone.getState() == Thread.State.TIMED_WAITING);
        gone.interrupt();
        assertInstanceOf(InterruptedException.class, end.join());
        assertEquals(2, opened.get());
        now.addAndGet(500_000_000);
        openings.open(2, opener).close();
        assertEquals(3, opened.get());
        assertEquals(Map.of(Openings.Reason.NEEDED, 3L), openings.opened());
    }

    /// Nothing is opened where nobody listens, so that calls fail at once, and not after a wait.
    @Test
    void downstream_that_refuses_connections_is_asked_as_often_as_calls_come() {
        Rig.run(Rig::echo, rig -> {
            try (OpenedDownstream nobody = rig.http.open(Rig.with("maxOpens: 1"),
                    URI.create("http://127.0.0.1:" + DemoServer.refusingPort()), rig.observer)) {
                Nursery.run(calls -> {
                    for (int i = 0; i < 60; i++) {
                        calls.startSoon(() -> assertThrows(DownstreamException.class,
                                () -> Rig.get(nobody, "/")));
                    }
                });
            }
            assertTrue(
                    rig.observer.ended.stream().allMatch(each -> "connect_refused".equals(each.errorType())),
                    rig.observer.ended::toString);
        });
    }
}
