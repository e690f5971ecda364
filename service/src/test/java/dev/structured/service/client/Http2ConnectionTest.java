package dev.structured.service.client;

import static dev.structured.service.client.Http2Test.fails;
import static dev.structured.service.client.Http2Test.stillWorks;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.CancelTest.Attempt;
import dev.structured.service.client.Http2Server.Asked;
import dev.structured.service.demo.DemoServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections of HTTP/2: what cancelled calls cost, whose turn it is, and how they begin and end.
@Timeout(60)
class Http2ConnectionTest {
    private static final HttpFields JSON = HttpFields.build().put("content-type", "application/json");

    private static Attempt call(Http2Rig rig, String path) {
        return CancelTest.call(rig.nursery, () -> rig.get(path));
    }

    private static void say_nothing(Asked asked) {}

    /* --- Cancelling --- */

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelled_call_resets_its_stream_and_costs_no_connection(boolean head) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {
                if (head) asked.head(200, JSON, false);
            };
            Attempt attempt = call(rig, "/hang");
            CancelTest.await(() -> rig.server.requests() == 1);
            assertEquals(1, rig.http.openConnections().getFirst().active());
            attempt.scope().cancel("test");
            CancelTest.await(() -> rig.server.resets.equals(List.of(ErrorCode.CANCEL_STREAM_ERROR.code)));
            attempt.task().await();
            assertEquals("cancelled", rig.observer.last().errorType());
            stillWorks(rig);
        });
    }

    @Test
    void hundred_cancelled_calls_cost_no_connection() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            for (int i = 0; i < 100; i++) {
                int before = rig.server.requests();
                Attempt attempt = call(rig, "/hang");
                CancelTest.await(() -> rig.server.requests() == before + 1);
                attempt.scope().cancel("test");
                attempt.task().await();
            }
            CancelTest.await(() -> rig.server.resets.size() == 100);
            stillWorks(rig);
        });
    }

    @Test
    void interrupt_comes_out_as_itself_and_only_once() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            Thread caller = Thread.currentThread();
            rig.nursery.startSoon("interrupter", () -> {
                CancelTest.await(() -> rig.server.requests() == 1);
                caller.interrupt();
            });
            assertThrows(InterruptedException.class, () -> rig.get("/hang"));
            stillWorks(rig);
        });
    }

    /// Gives a connection up after so many events, resets among them, however long they take.
    private static RateControl.Factory givingUpAfter(int events) {
        return new RateControl.Factory() {
            @Override
            public RateControl newRateControl(EndPoint endPoint) {
                AtomicInteger left = new AtomicInteger(events);
                return _ -> left.getAndDecrement() > 0;
            }
        };
    }

    /// The downstream's defence against rapid resets closes the connection, which is then replaced.
    @Test
    void downstream_that_counts_resets_costs_a_connection_now_and_then() throws Exception {
        Http2Server server = new Http2Server(null,
                factory -> factory.setRateControlFactory(givingUpAfter(30)));
        Http2Rig.run(server, rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            for (int i = 0; i < 100; i++) {
                int before = rig.server.requests();
                Attempt attempt = CancelTest.call(rig.nursery, () -> {
                    try {
                        rig.get("/hang");
                    } catch (DownstreamException e) {
                        assertTrue(Set.of(ErrorType.RESET, ErrorType.PROTOCOL).contains(e.type()),
                                e::toString);
                    }
                });
                CancelTest.await(() -> rig.server.requests() > before || attempt.task().isDone());
                attempt.scope().cancel("test");
                attempt.task().await();
            }
            rig.server.script = Http2Server::echo;
            assertEquals("/next", rig.echoed("/next"));
            assertTrue(rig.server.connections() > 1 && rig.server.connections() < 20,
                    () -> rig.server.connections() + " connections");
        });
    }

    /* --- Turns --- */

    private static Http2Server with(int streams) throws Exception {
        return new Http2Server(null, factory -> factory.setMaxConcurrentStreams(streams));
    }

    @Test
    void calls_wait_for_their_turn_where_the_downstream_allows_few_streams() throws Exception {
        Http2Rig.run(with(2), rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            Nursery.run(calls -> {
                for (int i = 0; i < 6; i++) calls.startSoon("call", () -> rig.get("/wait"));
                for (int i = 0; i < 6; i++) {
                    int done = i;
                    CancelTest.await(() -> rig.server.requests() == Math.min(6, done + 2));
                    rig.server.asked.get(i).answer(200, "{}");
                }
            });
            assertEquals(1, rig.server.connections());
        });
    }

    @Test
    void call_that_waits_for_its_turn_can_be_cancelled() throws Exception {
        Http2Rig.run(with(1), rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            Attempt first = call(rig, "/first");
            CancelTest.await(() -> rig.server.requests() == 1);
            Attempt second = call(rig, "/second");
            CancelTest.await(() -> rig.observer.started.get() == 2);
            second.scope().cancel("test");
            second.task().await();
            rig.server.asked.getFirst().answer(200, "{}");
            first.task().await();
            stillWorks(rig);
            assertEquals(2, rig.server.requests());
        });
    }

    @Test
    void number_of_streams_can_change() throws Exception {
        Http2Rig.run(with(4), rig -> {
            rig.get("/first");
            rig.server.sessions.getFirst().settings(
                    new SettingsFrame(Map.of(SettingsFrame.MAX_CONCURRENT_STREAMS, 1), false), Callback.NOOP);
            rig.get("/second");
            rig.server.script = Http2ConnectionTest::say_nothing;
            int before = rig.server.requests();
            Nursery.run(calls -> {
                for (int i = 0; i < 3; i++) calls.startSoon("call", () -> rig.get("/wait"));
                for (int i = 0; i < 3; i++) {
                    int due = before + i + 1;
                    CancelTest.await(() -> rig.server.requests() == due);
                    // The server takes note of the end of a stream after it has sent it.
                    CancelTest.await(() -> rig.server.streams() == 1);
                    assertEquals(due, rig.server.requests());
                    rig.server.asked.get(due - 1).answer(200, "{}");
                }
            });
        });
    }

    @Test
    void more_calls_than_may_wait_are_refused() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            Nursery.run(calls -> {
                for (int i = 0; i < 2; i++) calls.startSoon("call", () -> rig.get("/wait"));
                CancelTest.await(() -> rig.server.requests() == 1 && Rig.calls(rig.downstream) == 2);
                fails(rig, ErrorType.LIMIT_EXCEEDED, "More than 2");
                rig.server.asked.get(0).answer(200, "{}");
                CancelTest.await(() -> rig.server.requests() == 2);
                rig.server.asked.get(1).answer(200, "{}");
            });
        }, "maxConnections: 1", "maxQueued: 1");
    }

    /* --- What was not processed is sent again, and nothing else --- */

    @Test
    void refused_stream_is_sent_again() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {
                if (rig.server.requests() == 1) asked.reset(ErrorCode.REFUSED_STREAM_ERROR);
                else
                    Http2Server.echo(asked);
            };
            assertEquals("/again", rig.echoed("/again"));
            assertEquals(2, rig.server.requests());
            assertEquals(1, rig.observer.ended.size());
        });
    }

    @Test
    void stream_that_is_always_refused_fails_in_the_end() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.reset(ErrorCode.REFUSED_STREAM_ERROR);
            fails(rig, ErrorType.RESET, "refused the request, 3 times");
            assertEquals(3, rig.server.requests());
        });
    }

    @Test
    void call_that_a_GOAWAY_says_was_not_processed_goes_to_a_new_connection() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/first");
            rig.server.script = asked -> {
                if (rig.server.connections() == 1) rig.server.goAway(1);
                else
                    Http2Server.echo(asked);
            };
            assertEquals("/again", rig.echoed("/again"));
            assertEquals(2, rig.server.connections());
        });
    }

    @Test
    void call_that_was_perhaps_processed_is_never_sent_again() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Asked::disconnect;
            fails(rig, ErrorType.RESET, "");
            assertEquals(1, rig.server.requests());
            rig.server.script = Http2Server::echo;
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.connections());
        });
    }

    @Test
    void calls_finish_on_a_connection_that_drains_while_new_ones_go_to_another() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            var first = rig.nursery.startSoon("first", () -> rig.echoed("/first"));
            CancelTest.await(() -> rig.server.requests() == 1);
            rig.server.goAway(1);
            rig.server.script = Http2Server::echo;
            int tries = 0;
            while (rig.server.connections() == 1 && tries++ < 100)
                rig.echoed("/second");
            assertEquals(2, rig.server.connections());
            Http2Server.echo(rig.server.asked.getFirst());
            assertEquals("/first", first.await());
            CancelTest.await(() -> rig.http.openConnections().getFirst().idle() == 1);
        });
    }

    /* --- How connections begin and end --- */

    @Test
    void closing_fails_the_calls_that_run() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            OpenedDownstream other = rig.open("connectTimeout: 4s");
            var task = rig.nursery.startSoon("call",
                    () -> assertThrows(DownstreamException.class, () -> Rig.get(other, "/hang")));
            CancelTest.await(() -> rig.server.requests() == 1);
            other.close();
            assertEquals(ErrorType.RESET, task.await().type());
            assertThrows(DownstreamException.class, () -> Rig.get(other, "/late"));
            CancelTest.await(rig.server.open::isEmpty);
        });
    }

    @Test
    void old_connection_finishes_its_calls_while_new_ones_go_to_another() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = Http2ConnectionTest::say_nothing;
            var first = rig.nursery.startSoon("first", () -> rig.echoed("/first"));
            CancelTest.await(() -> rig.server.requests() == 1);
            rig.server.script = Http2Server::echo;
            rig.http.closeUnused(System.nanoTime() + Duration.ofMinutes(5).toNanos());
            assertEquals("/second", rig.echoed("/second"));
            assertEquals(2, rig.server.connections());
            Http2Server.echo(rig.server.asked.getFirst());
            assertEquals("/first", first.await());
        }, "maxAge: 5min");
    }

    /// Neither the downstream nor an answer has broken it.
    @Test
    void connection_in_place_of_an_old_one_was_needed() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/first");
            rig.http.closeUnused(System.nanoTime() + Duration.ofMinutes(5).toNanos());
            rig.get("/second");
            assertEquals(2, rig.server.connections());
            assertEquals(List.of("needed 2"), rig.http.openedConnections().stream()
                    .map(each -> each.reason() + " " + each.count()).toList());
        }, "maxAge: 5min");
    }

    @Test
    void connection_in_place_of_one_of_the_configuration_before_was_needed() throws Exception {
        Http2Rig.run(rig -> {
            for (String age : List.of("maxAge: 1min", "maxAge: 2min")) {
                try (OpenedDownstream next = rig.open(age)) {
                    Rig.get(next, "/");
                }
                CancelTest.await(rig.server.open::isEmpty);
            }
            assertEquals(2, rig.server.connections());
            assertEquals(List.of("needed 2"), rig.http.openedConnections().stream()
                    .map(each -> each.reason() + " " + each.count()).toList());
        });
    }

    @Test
    void another_configuration_uses_the_same_connection() throws Exception {
        Http2Rig.run(rig -> {
            rig.get("/before");
            try (OpenedDownstream next = rig.open("maxBody: 128KiB")) {
                Rig.get(next, "/after");
            }
            rig.get("/still");
            assertEquals(1, rig.server.connections());
        });
    }

    private static ErrorType failure(URI url, String... keys) {
        ErrorType[] type = new ErrorType[1];
        Rig.run(Rig::echo, rig -> {
            try (OpenedDownstream h2c = rig.http.open(Rig.with(keys), url, rig.observer)) {
                type[0] = assertThrows(DownstreamException.class, () -> Rig.get(h2c, "/")).type();
                // The next call tries again, and is told the same.
                assertEquals(type[0],
                        assertThrows(DownstreamException.class, () -> Rig.get(h2c, "/")).type());
            }
        });
        return type[0];
    }

    @Test
    void downstream_that_speaks_something_else() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var socket = other.accept();
                        socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
                        socket.getInputStream().readAllBytes();
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            assertEquals(ErrorType.PROTOCOL,
                    failure(URI.create("http://127.0.0.1:" + other.getLocalPort()), "protocol: h2c"));
        }
    }

    @Test
    void downstream_that_says_nothing_is_left_in_time() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertEquals(ErrorType.CONNECT_TIMEOUT, failure(URI.create("http://127.0.0.1:"
                    + silent.getLocalPort()), "protocol: h2c", "connectTimeout: 100ms"));
        }
    }

    @Test
    void nobody_listens() {
        assertEquals(ErrorType.CONNECT_REFUSED,
                failure(URI.create("http://127.0.0.1:" + DemoServer.refusingPort()), "protocol: h2c"));
    }
}
