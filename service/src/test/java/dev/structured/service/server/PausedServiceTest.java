package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.DepartureTest.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that stood still refuses no client for what it sent too late meanwhile.
class PausedServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long PAUSE = Duration.ofMinutes(10).toNanos();
    private static final String HEAD = "GET /products/1 HTTP/1.1\r\nHost: test\r\n";

    @TempDir
    private Path temp;

    /// Time passes by pauses alone.
    private final TestClock clock = new TestClock();
    private TlsFolder folder;
    private RunningEdge edge;

    private void start(Speech speech) throws IOException, GeneralSecurityException {
        folder = TlsFolder.in(temp);
        clock.stand();
        ServerConfig limits = RunningEdge.slowAfter(DepartureTest.config(folder, speech), LIMIT);
        edge = new RunningEdge(limits, RouteTable.of(List.of(RunningEdge.ROUTE),
                (_, _, _) -> Pages.complete(JsonNodeFactory.instance.objectNode())), clock);
    }

    private RawClient first(Speech speech) throws IOException, GeneralSecurityException {
        start(speech);
        return speech.hasTls() ? new RawClient(edge.port, folder.ca().client()) : edge.connect();
    }

    private RawHttp2 second(Speech speech) throws IOException, GeneralSecurityException {
        start(speech);
        return new RawHttp2(edge.port, speech.hasTls() ? folder.ca().client() : null);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTPS"})
    void half_a_head_survives_a_pause_and_is_answered(Speech speech) throws Exception {
        try (RawClient client = first(speech).send(HEAD)) {
            pause();
            assertEquals(200, client.send("\r\n").read().status());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "HTTPS"})
    void half_a_body_survives_a_pause_and_is_answered(Speech speech) throws Exception {
        try (RawClient client = first(speech).send(HEAD + "Content-Length: 4\r\n\r\nab")) {
            awaitRequest();
            pause();
            assertEquals(200, client.send("cd").read().status());
        }
    }

    /// The first head of a connection, and a later one.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void half_a_head_of_HTTP_2_survives_a_pause_and_is_answered(Speech speech) throws Exception {
        try (RawHttp2 client = second(speech)) {
            for (int i = 0; i < 2; i++) {
                int stream = client.newStream();
                byte[] head = RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS,
                        stream, RawHttp2.head("GET", "/products/1"));
                client.send(Arrays.copyOf(head, 12));
                pause();
                client.send(Arrays.copyOfRange(head, 12, head.length));
                assertEquals(200, client.readReply(stream).status());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void half_a_body_of_HTTP_2_survives_a_pause_and_is_answered(Speech speech) throws Exception {
        try (RawHttp2 client = second(speech)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.head("GET", "/products/1"));
            client.send(RawHttp2.DATA, 0, stream, (byte) 'a');
            awaitRequest();
            pause();
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, stream, (byte) 'b');
            assertEquals(200, client.readReply(stream).status());
        }
    }

    /// Many short pauses are no excuse: each counts for one step.
    @Test
    void head_that_never_comes_ends_the_connection_for_all_the_pauses() throws Exception {
        try (RawClient client = first(Speech.HTTP).send(HEAD)) {
            Thread pauses = Thread.ofVirtual().start(() -> {
                try {
                    while (true)
                        pause();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertTrue(client.atEnd());
            pauses.interrupt();
        }
    }

    private void awaitRequest() {
        Await.until("the request begins", () -> edge.observer.active() == 1);
    }

    /// Lets ten minutes pass at once, and gives whoever judges by them the time to do so.
    private void pause() throws InterruptedException {
        Thread.sleep(60);
        clock.pause(PAUSE);
        Thread.sleep(600);
    }
}
