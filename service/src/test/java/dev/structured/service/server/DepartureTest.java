package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A client that leaves ends its request and every call of it, whatever it speaks and however it goes.
class DepartureTest {
    /// Another client asks for pages meanwhile; usually it gets one or two before the calls have ended.
    private static final int MOST_PAGES = 500;
    /// One thread may stand still for longer than others need for many pages.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What a client speaks.
    enum Speech {
        HTTP, HTTPS, H2, H2C;

        boolean isHttp2() {
            return this == H2 || this == H2C;
        }

        boolean hasTls() {
            return this == HTTPS || this == H2;
        }
    }

    /// How a client goes.
    enum Way {
        /// Closes, with the goodbye of TLS where there is TLS.
        CLOSE,
        /// Closes the socket beneath TLS.
        CUT,
        /// Resets the connection.
        RESET,
        /// Closes its sending side; over TLS by its goodbye.
        HALF_CLOSE,
        /// Resets the stream of its request.
        RESET_STREAM,
        /// Says that the connection has failed, and closes it.
        GO_AWAY
    }

    /// What the request does when its client goes.
    enum State {
        /// Waits for two calls.
        WAITING,
        /// Has sent a part of a stream, and waits for the rest.
        STREAMING,
        /// Waits for its turn.
        QUEUED
    }

    @TempDir
    private Path temp;

    private final CapacityLimiter limit = new CapacityLimiter(1);
    private final CountDownLatch running = new CountDownLatch(2);
    private final CountDownLatch ended = new CountDownLatch(2);
    private final CountDownLatch waits = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    static List<Arguments> departures() {
        List<Arguments> all = new ArrayList<>();
        for (Speech speech : Speech.values()) {
            for (Way way : Way.values()) {
                boolean ofHttp2 = way == Way.RESET_STREAM || way == Way.GO_AWAY;
                if ((ofHttp2 && !speech.isHttp2()) || (way == Way.CUT && !speech.hasTls())) continue;
                for (State state : State.values()) all.add(Arguments.of(speech, way, state));
            }
        }
        return all;
    }

    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        String id = Pages.id(request);
        switch (id) {
            case "WAITING", "STREAMING" -> {
                sink.present("product", Pages.page(id));
                Nursery.run(nursery -> {
                    nursery.startSoon("one call", this::hang);
                    nursery.startSoon("another call", this::hang);
                });
            }
            case "QUEUED" -> limit.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("one call", this::queue);
                nursery.startSoon("another call", this::queue);
            }));
            case "WAIT" -> Nursery.run(nursery -> nursery.startSoon("call", () -> {
                waits.countDown();
                release.await();
            }));
            default -> sink.present("product", Pages.page(id));
        }
        return Pages.complete(Pages.page(id));
    }

    private void hang() {
        running.countDown();
        try {
            Checkpoints.sleepForever();
        } finally {
            ended.countDown();
        }
    }

    private void queue() {
        running.countDown();
        try {
            limit.run(Checkpoints::sleepForever);
        } finally {
            ended.countDown();
        }
    }

    @ParameterizedTest
    @MethodSource("departures")
    void every_call_ends_when_the_client_goes(Speech speech, Way way, State state) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        ServerConfig config = config(folder, speech);
        try (RunningEdge edge = new RunningEdge(config, this::page);
                SpeakingClient other = SpeakingClient.open(speech, edge.port, folder);
                SpeakingClient client = SpeakingClient.open(speech, edge.port, folder)) {
            client.ask(state.name(), state == State.STREAMING);
            assertTrue(running.await(60, TimeUnit.SECONDS));
            if (state == State.STREAMING) client.awaitPiece();

            client.go(way);

            assertEnded(other);
            edge.settle();
            assertTold(edge, speech);
        }
    }

    /// Returns the limits of a listener for such clients.
    static ServerConfig config(TlsFolder folder, Speech speech) {
        return config(folder, speech, "http2: {offered: " + (speech == Speech.H2C ? "always" : "tls") + "}");
    }

    private static ServerConfig config(TlsFolder folder, Speech speech, String key) {
        return speech.hasTls() ? folder.config("", key) : ServerText.read("drainTimeout: 5s", key);
    }

    /// The promise is 50 ms. On a machine that may be busy no time can be asserted, so another client asks
    /// for pages meanwhile, of which few may be answered before the last call has ended.
    private void assertEnded(SpeakingClient other) throws IOException {
        long left = System.nanoTime();
        for (int got = 0; ended.getCount() > 0; got++) {
            assertTrue(got < MOST_PAGES || System.nanoTime() - left < PATIENCE.toNanos(),
                    "Another client got " + got + " pages before the calls ended");
            assertEquals("{\"id\":\"other\"}", other.page("other"));
        }
    }

    private static void assertTold(RunningEdge edge, Speech speech) {
        RecordingObserver.Ended gone = new RecordingObserver.Ended("GET", speech.hasTls() ? "https" : "http",
                "/products/{id}", 499, speech.isHttp2() ? "2" : "1.1", "cancelled");
        assertEquals(List.of(gone),
                edge.observer.ended.stream().filter(each -> each.status() != 200).toList());
        Await.until("a line in the log", () -> edge.log.stream()
                .anyMatch(line -> line.contains("status=499") && line.contains("outcome=client_gone")));
    }

    static List<Speech> http2() {
        return List.of(Speech.H2, Speech.H2C);
    }

    /// A GOAWAY without an error ends nothing: the client sends no further request, and reads what is to
    /// come.
    @ParameterizedTest
    @MethodSource("http2")
    void client_that_goes_away_in_order_gets_its_answers(Speech speech) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        try (RunningEdge edge = new RunningEdge(config(folder, speech), this::page);
                RawHttp2 client = new RawHttp2(edge.port, speech.hasTls() ? folder.ca().client() : null)) {
            int stream = client.get("/products/WAIT");
            assertTrue(waits.await(60, TimeUnit.SECONDS));
            client.goAway(0);
            release.countDown();
            assertEquals("{\"id\":\"WAIT\"}", client.readReply(stream).body());
            client.readToEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("http2")
    void request_that_is_reset_leaves_the_others_of_its_connection_alone(Speech speech) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        try (RunningEdge edge = new RunningEdge(config(folder, speech), this::page);
                RawHttp2 client = new RawHttp2(edge.port, speech.hasTls() ? folder.ca().client() : null)) {
            int waiting = client.get("/products/WAIT");
            int gone = client.get("/products/WAITING");
            int streaming = client.get("/products/STREAMING", "accept", "application/x-ndjson");
            assertTrue(waits.await(60, TimeUnit.SECONDS));
            assertTrue(running.await(60, TimeUnit.SECONDS));
            client.reset(gone);
            client.reset(streaming);
            Await.until("two requests have ended", () -> edge.observer.ended.size() == 2);
            assertEquals("{\"id\":\"other\"}", client.readReply(client.get("/products/other")).body());
            release.countDown();
            assertEquals("{\"id\":\"WAIT\"}", client.readReply(waiting).body());
        }
    }

    /// What closes its sending side may be waiting, where the configuration says so.
    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTPS"})
    void client_that_closes_its_sending_side_gets_its_answer_if_it_waits(Speech speech) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        ServerConfig config = config(folder, speech, "halfClose: waiting");
        try (RunningEdge edge = new RunningEdge(config, this::page);
                SpeakingClient client = SpeakingClient.open(speech, edge.port, folder)) {
            client.ask("WAIT", false);
            assertTrue(waits.await(60, TimeUnit.SECONDS));
            client.go(Way.HALF_CLOSE);
            assertEquals(0, edge.observer.ended.size());
            release.countDown();
            RawClient.Reply reply = client.answer();
            assertEquals(200, reply.status());
            assertEquals("{\"id\":\"WAIT\"}", reply.body());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTPS"})
    void client_that_resets_is_gone_even_if_half_closed_ones_wait(Speech speech) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        ServerConfig config = config(folder, speech, "halfClose: waiting");
        try (RunningEdge edge = new RunningEdge(config, this::page);
                SpeakingClient client = SpeakingClient.open(speech, edge.port, folder)) {
            client.ask("WAITING", false);
            assertTrue(running.await(60, TimeUnit.SECONDS));
            client.go(Way.RESET);
            assertTrue(ended.await(60, TimeUnit.SECONDS));
        }
    }

    /// Requests behind each other, expectations and what is sent early are as they are without TLS.
    @Test
    void connection_with_TLS_carries_requests_in_order() throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        try (RunningEdge edge = new RunningEdge(config(folder, Speech.HTTPS), this::page);
                RawClient client = new RawClient(edge.port, folder.ca().client())) {
            client.get("/products/WAIT");
            assertTrue(waits.await(60, TimeUnit.SECONDS));
            StringBuilder next = new StringBuilder();
            int many = 1_000; // some 40 KB, where a record of TLS holds 16
            for (int i = 0; i < many; i++)
                next.append("GET /products/n").append(i).append(" HTTP/1.1\r\nHost: test\r\n\r\n");
            client.send(next.toString());
            release.countDown();
            assertEquals("{\"id\":\"WAIT\"}", client.read().body());
            for (int i = 0; i < many; i++) assertEquals("{\"id\":\"n" + i + "\"}", client.read().body());
            client.send("""
                    GET /products/a HTTP/1.1
                    Host: test
                    Expect: 100-continue
                    Content-Length: 3

                    """.replace("\n", "\r\n"));
            assertEquals(100, client.read().status());
            client.send("abc");
            assertEquals("{\"id\":\"a\"}", client.read().body());
            assertEquals("{\"id\":\"b\"}", client.get("/products/b").read().body());
        }
    }

    @Test
    void client_over_TLS_that_goes_behind_what_it_sent_early_is_gone() throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        try (RunningEdge edge = new RunningEdge(config(folder, Speech.HTTPS), this::page);
                RawClient client = new RawClient(edge.port, folder.ca().client())) {
            client.get("/products/WAITING");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            client.send("x".repeat(100_000));
            client.halfClose();
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            Await.until("all is given back",
                    () -> edge.server.connector().budget().left() == 16L * 1024 * 1024);
        }
    }
}
