package dev.structured.service.client;

import static dev.structured.service.client.Rig.CONFIG;
import static dev.structured.service.client.Rig.PATIENCE;
import static dev.structured.service.client.Rig.faulty;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Delayed;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.service.demo.Action.Sequence;
import dev.structured.service.demo.BrokenAnswers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that nobody asked for never become the answer to a later request, and the connection they came on is
/// closed.
@Timeout(60)
class SurplusTest {
    private static final Answer ANSWER = Answer.json(200, "{\"answer\":42}");
    private static final Answer STRAY = Answer.json(200, "{\"path\":\"/stray\"}");
    private static final String WHOLE_ANSWER = STRAY.head() + STRAY.bytes();
    private static final String HALF_AN_ANSWER = STRAY.head().substring(0, 30);

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, HALF, "\r\n", "garbage"})
    void surplus_right_behind_the_answer_over_TLS_is_no_other_answer(String surplus) {
        Rig.run(Over.TLS, List.of(), faulty(BrokenAnswers.surplus(ANSWER, bytes(surplus))), rig -> {
            assertEquals("{\"answer\":42}", rig.get("/fault").body().toString());
            for (int i = 0; i < 3; i++) assertEquals("/next" + i, rig.echoed("/next" + i));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, HALF, "\r\n", "garbage"})
    void surplus_right_behind_the_answer_costs_the_connection(String surplus) {
        Rig.run(faulty(BrokenAnswers.surplus(ANSWER, bytes(surplus))), rig -> {
            assertEquals("{\"answer\":42}", rig.get("/fault").body().toString());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.acceptedConnections());
            // The server may notice a moment later that the first one was closed.
            while (rig.server.openConnections() > 1)
                Checkpoints.sleep(Duration.ofMillis(1));
        });
    }

    private static final String WHOLE = "a whole answer";
    private static final String HALF = "half an answer";

    private static String bytes(String name) {
        return switch (name) {
            case WHOLE -> WHOLE_ANSWER;
            case HALF -> HALF_AN_ANSWER;
            default -> name;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, HALF, "garbage"})
    void surplus_that_comes_later_costs_the_connection(String surplus) {
        Action later = new Delayed(Duration.ofMillis(20), new Raw(bytes(surplus), Ending.KEEP));
        Rig.run(faulty(new Sequence(ANSWER, later)), rig -> {
            assertEquals("{\"answer\":42}", rig.get("/fault").body().toString());
            assertTrue(rig.server.awaitNoConnections(PATIENCE));
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.acceptedConnections());
        });
    }

    @Test
    void surplus_behind_chunks_costs_the_connection() {
        Raw chunks = new Raw(
                "HTTP/1.1 200 .\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + WHOLE_ANSWER,
                Ending.KEEP);
        Rig.run(faulty(chunks), rig -> {
            assertEquals("{}", rig.get("/fault").body().toString());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.acceptedConnections());
        });
    }

    /*
     * The bytes are there when the next request is about to go out, whether or not Jetty has looked at them
     * yet.
     */
    @Test
    void surplus_that_has_arrived_before_the_next_request_never_answers_it() {
        Rig.run(Rig::echo, rig -> {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Semaphore written = new Semaphore(0);
            CancelScope sly = new CancelScope("sly");
            var server = rig.nursery.startSoon("sly", () -> sly.run(() -> answerAllTwice(listener, written)));
            Downstream downstream = rig.http.open(CONFIG,
                    URI.create("http://127.0.0.1:" + listener.getLocalPort()),
                    CallObserver.NONE);
            for (int i = 0; i < 300; i++) {
                String path = "/" + i;
                assertEquals(path, Rig.get(downstream, path).body().path("path").asText());
                written.acquire();
            }
            sly.cancel("done");
            server.await();
        });
    }

    private static void answerAllTwice(ServerSocket listener, Semaphore written) throws IOException {
        try (listener) {
            Nursery.run(connections -> {
                while (true) {
                    Socket socket = listener.accept();
                    connections.startSoon("connection", () -> answerTwice(socket, written));
                }
            });
        }
    }

    private static void answerTwice(Socket socket, Semaphore written) throws IOException {
        try (socket;
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            socket.setTcpNoDelay(true);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("GET ")) continue;
                Answer answer = Answer.json(200,
                        "{\"path\":\"" + line.substring(4, line.indexOf(" HTTP")) + "\"}");
                socket.getOutputStream().write((answer.head() + answer.bytes()).getBytes(ISO_8859_1));
                socket.getOutputStream().write(WHOLE_ANSWER.getBytes(ISO_8859_1));
                written.release();
            }
        } catch (IOException e) {
            // the client has closed the connection, as it should
        }
    }
}
