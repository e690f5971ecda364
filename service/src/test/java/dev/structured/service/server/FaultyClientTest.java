package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.DepartureTest.Speech;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What [SlowClientTest] and [MalformedRequestTest] hold for HTTP/1.1, over TLS and over HTTP/2.
class FaultyClientTest {
    private static final Duration LIMIT = Duration.ofMillis(400);
    /// The beginning of a TLS handshake, cut short.
    private static final String HALF_A_HELLO = "\u0016\u0003\u0001\u0002\0\u0001\0\u0001";

    @TempDir
    private Path temp;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private TlsFolder folder;
    private final TestClock clock = new TestClock();
    private RunningEdge edge;
    private boolean timeless;

    private void start(Speech speech) throws Exception {
        folder = TlsFolder.in(temp);
        String http2 = "http2: {offered: " + (speech == Speech.H2C ? "always" : "tls") + "}";
        ServerConfig config = speech.hasTls()
                ? folder.config("", http2)
                : ServerText.read("maxBody: 10000B", "drainTimeout: 5s", http2);
        TransferConfig usual = config.transfer();
        TransferConfig quick = new TransferConfig(LIMIT, LIMIT, usual.answerTimeout(), usual.minRateBytes(),
                LIMIT, usual.maxUnsentBytes());
        edge = new RunningEdge(RunningEdge.with(config, quick),
                RouteTable.of(List.of(RunningEdge.ROUTE), (route, request, sink) -> {
                    asked.add(Pages.id(request));
                    return Pages.complete(Pages.page(Pages.id(request)));
                }), clock);
    }

    /// Starts it with a clock that stands: nobody counts as slow, however busy the machine is.
    private void startTimeless(Speech speech) throws Exception {
        start(speech);
        timeless = true;
        clock.stand();
    }

    private void go() {
        if (!timeless) clock.go();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    /* The handshake's time does not count: it is long on a busy machine. */

    private RawHttp2 second(Speech speech) throws IOException, GeneralSecurityException {
        clock.stand();
        RawHttp2 opened = new RawHttp2(edge.port, speech.hasTls() ? folder.ca().client() : null);
        go();
        return opened;
    }

    private RawClient first() throws IOException, GeneralSecurityException {
        clock.stand();
        RawClient opened = new RawClient(edge.port, folder.ca().client());
        go();
        return opened;
    }

    /// Lets time pass once the head of a request has been read.
    private void awaitHead() {
        Await.until("the head is there", () -> edge.observer.active() == 1);
        clock.go();
    }

    /* --- Slow ones --- */

    @Test
    void handshake_that_stops_ends_the_connection() throws Exception {
        start(Speech.HTTPS);
        try (RawClient client = new RawClient(edge.port).send(HALF_A_HELLO)) {
            client.readAll(); // TLS may say why
        }
    }

    @Test
    void handshake_that_drips_ends_the_connection() throws Exception {
        start(Speech.HTTPS);
        try (RawClient client = new RawClient(edge.port).send(HALF_A_HELLO)) {
            SlowClientTest.assertDripEnds(() -> client.trySend("x"));
        }
    }

    @Test
    void head_that_drips_over_TLS_ends_the_connection() throws Exception {
        start(Speech.HTTPS);
        try (RawClient client = first().send("GET /products/1 HTTP/1.1\r\nHost: test\r\nX: ")) {
            SlowClientTest.assertDripEnds(() -> client.trySend("x"));
        }
        // It is counted after the connection was closed.
        Await.until("it is counted", () -> !edge.observer.connections.dropped.isEmpty());
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_HEAD), edge.observer.connections.dropped);
    }

    @Test
    void body_that_drips_over_TLS_is_answered_408_and_ends_the_connection() throws Exception {
        startTimeless(Speech.HTTPS);
        try (RawClient client = first()) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\n");
            awaitHead();
            Thread drip = Thread.ofVirtual().start(() -> SlowClientTest.drip(client));
            assertEquals(408, client.read().status());
            assertTrue(client.atEnd());
            drip.join();
        }
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_BODY), edge.observer.connections.dropped);
    }

    /// The first head is due from the accept on, also behind the preface of HTTP/2.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void head_of_HTTP_2_that_drips_ends_the_connection(Speech speech) throws Exception {
        start(speech);
        try (RawHttp2 client = second(speech)) {
            byte[] head = RawHttp2.head("GET", "/products/1", "x", "x".repeat(8_000));
            byte[] frame = RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS,
                    client.newStream(), head);
            int[] sent = {0};
            SlowClientTest.assertDripEnds(() -> trySend(client, new byte[]{frame[sent[0]++]}));
            assertTrue(sent[0] < frame.length, "the head came to its end");
        }
        assertEquals(List.of(), asked);
    }

    /// It has the answer 408, and the other requests of the connection go on.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void body_of_HTTP_2_that_stops_is_answered_408_and_others_go_on(Speech speech) throws Exception {
        startTimeless(speech);
        try (RawHttp2 client = second(speech)) {
            int slow = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, slow, RawHttp2.head("GET", "/products/1"));
            client.send(RawHttp2.DATA, 0, slow, (byte) 'x');
            awaitHead();
            assertEquals(408, client.readReply(slow).status());
            assertEquals(200, client.readReply(client.get("/products/2")).status());
        }
        assertEquals(List.of("2"), asked);
    }

    private static boolean trySend(RawHttp2 client, byte[] bytes) {
        try {
            client.send(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /* --- Malformed ones --- */

    static Stream<Arguments> fatal() {
        // What is far too large is refused before it has been sent.
        return MalformedRequestTest.fatal().stream()
                .filter(each -> ((String) each.get()[1]).length() < 100_000);
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void request_that_is_no_request_is_refused_over_TLS_too(int status, String request) throws Exception {
        startTimeless(Speech.HTTPS);
        try (RawClient client = first().send(request)) {
            assertProblem(status, client.read());
            assertTrue(client.atEnd());
        }
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/products/..%2Fb", "/products/a%2F..", "/products/%2e%2e",
            "/products/%2e%2e%2fsecret", "/products//1", "//products/1", "/products/a%5cb",
            "/products/a\\b", "/products/%0d%0aX:y", "/products/a%09b", "/products/%ff", "/products/%00",
            "/products/%E0%80%80", "/products/<script>", "/products/1#f", "/products/..;/1", "/products/.",
            "/products/..", "/products/1?a=%zz", "/products/1?a=%ff", "*"})
    void url_of_HTTP_2_that_two_readers_may_read_differently_is_refused(String url) throws Exception {
        assertUrlIsRefused(Speech.H2C, url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/products/..%2Fb", "//products/1", "/products/%0d%0aX:y", "/products/%00",
            "/products/..;/1", "/products/1?a=%zz"})
    void url_of_HTTP_2_over_TLS_that_two_readers_may_read_differently_is_refused(String url)
            throws Exception {
        assertUrlIsRefused(Speech.H2, url);
    }

    private void assertUrlIsRefused(Speech speech, String url) throws Exception {
        startTimeless(speech);
        try (RawHttp2 client = second(speech)) {
            assertProblem(400, client.readReply(client.get(url)));
            assertEquals(200, client.readReply(client.get("/products/next")).status());
        }
        assertEquals(List.of("next"), asked);
    }

    @ParameterizedTest
    @MethodSource("dev.structured.service.server.MalformedRequestTest#ambiguousUrls")
    void url_over_TLS_that_two_readers_may_read_differently_is_refused(String url) throws Exception {
        startTimeless(Speech.HTTPS);
        try (RawClient client = first().get(url)) {
            assertProblem(400, client.read());
            assertEquals(200, client.get("/products/next").read().status());
        }
        assertEquals(List.of("next"), asked);
    }

    /// A head that RFC 9113 (8.2, 8.3) calls malformed: its stream is reset, or it is answered with 400. No
    /// page is made for it, and other clients do not notice.
    @ParameterizedTest
    @ValueSource(strings = {":path=", ":path=/products/1 :path=/products/2", ":path=/products/1 Upper=x",
            ":path=/products/1 connection=x", ":path=/products/1 transfer-encoding=chunked",
            ":path=/products/1 te=gzip", ":path=/products/1 keep-alive=5", ":path=/products/1 upgrade=x",
            ":path=/products/1 proxy-connection=x", "x=y :path=/products/1", ":path=/products/1 :status=200",
            ":path=/products/1 x=a\rb", ":path=/products/1 x=a\nb", ":path=/products/1 x=a\0b",
            ":path=/products/1 a:b=c", ":path=/products/1 content-length=3",
            ":path=/products/1 content-length=0 content-length=1",
            ":path=/products/1 content-length=+0", ":path=/products/1 content-length=-1",
            ":path=/products/1 content-length=-0", "x=y"})
    void malformed_head_of_HTTP_2_makes_no_page(String fields) throws Exception {
        assertNoPage(Speech.H2C, fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {":path=/products/1 connection=x", ":path=/products/1 transfer-encoding=chunked",
            ":path=/products/1 x=a\rb", ":path=/products/1 x=a\nb"})
    void malformed_head_of_HTTP_2_over_TLS_makes_no_page(String fields) throws Exception {
        assertNoPage(Speech.H2, fields);
    }

    private void assertNoPage(Speech speech, String fields) throws Exception {
        startTimeless(speech);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        RawHttp2.literal(head, ":method", "GET");
        RawHttp2.literal(head, ":scheme", "http");
        RawHttp2.literal(head, ":authority", "test");
        for (String field : fields.split(" ", -1)) {
            int equals = field.indexOf('=');
            RawHttp2.literal(head, field.substring(0, equals), field.substring(equals + 1));
        }
        try (RawHttp2 client = second(speech); RawHttp2 other = second(speech)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, stream,
                    head.toByteArray());
            assertEquals(400, statusOrReset(client, stream));
            assertEquals(200, other.readReply(other.get("/products/other")).status());
        }
        assertEquals(List.of("other"), asked);
    }

    /// Written into the first line of a call over HTTP/1.1, such a method would ask for something else.
    @ParameterizedTest
    @ValueSource(strings = {"", "GE T", "GET /secret", "GET /secret HTTP/1.1", "G\tT", "G:T", "G\u00c9T"})
    void method_of_HTTP_2_that_is_no_name_makes_no_page(String method) throws Exception {
        startTimeless(Speech.H2C);
        try (RawHttp2 client = second(Speech.H2C)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, stream,
                    RawHttp2.head(method, "/products/1"));
            assertProblem(400, client.readReply(stream));
            assertEquals(200, client.readReply(client.get("/products/next")).status());
        }
        assertEquals(List.of("next"), asked);
    }

    /// It may be sent instead of an `:authority`, and is no less than one.
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "\"", "a;b=\"c", "a/b", "a?b", "a#b", "a\\b",
            "[::1", "a:x", "a:99999", "a<b", "u@a"})
    void host_of_HTTP_2_that_is_none_makes_no_page(String host) throws Exception {
        startTimeless(Speech.H2C);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        RawHttp2.literal(head, ":method", "GET");
        RawHttp2.literal(head, ":scheme", "http");
        RawHttp2.literal(head, ":path", "/products/1");
        RawHttp2.literal(head, "host", host);
        try (RawHttp2 client = second(Speech.H2C)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, stream,
                    head.toByteArray());
            assertProblem(400, client.readReply(stream));
            assertEquals(200, client.readReply(client.get("/products/next")).status());
        }
        assertEquals(List.of("next"), asked);
    }

    /// It has no body, and may have no end: nothing of it is waited for.
    @ParameterizedTest
    @CsvSource({"H2C, true, :authority=test:80", "H2C, false, :authority=test:80",
            "H2C, false, :authority=test:80 :scheme=http :path=/products/1", "H2, false, :authority=test:80"})
    void tunnel_over_HTTP_2_is_refused_at_once_and_others_go_on(Speech speech, boolean ends, String fields)
            throws Exception {
        startTimeless(speech);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        RawHttp2.literal(head, ":method", "CONNECT");
        for (String field : fields.split(" ", -1)) {
            RawHttp2.literal(head, field.substring(0, field.indexOf('=')),
                    field.substring(field.indexOf('=') + 1));
        }
        try (RawHttp2 client = second(speech)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | (ends ? RawHttp2.END_STREAM : 0), stream,
                    head.toByteArray());
            assertProblem(501, client.readReply(stream));
            assertEquals(200, client.readReply(client.get("/products/next")).status());
        }
        assertEquals(List.of("next"), asked);
    }

    /// A head that cannot be decoded ends the connection, since the tables of both sides differ from then on.
    /// RFC 9113 (4.3) has COMPRESSION_ERROR for it; Jetty says PROTOCOL_ERROR where the mistake is a number
    /// that is too large or an entry that there is not.
    @ParameterizedTest
    @CsvSource({"3fe0ffffff0f, 1", "3fe21f, 9", "80, 1", "ff49, 1", "007fffffffffffffff7f, 1"})
    void head_that_cannot_be_decoded_ends_the_connection(String instruction, int error) throws Exception {
        startTimeless(Speech.H2C);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(HexFormat.of().parseHex(instruction));
        head.writeBytes(RawHttp2.head("GET", "/products/1"));
        try (RawHttp2 client = second(Speech.H2C); RawHttp2 other = second(Speech.H2C)) {
            client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, client.newStream(),
                    head.toByteArray());
            RawHttp2.Frame goAway = client.readToEnd();
            assertNotNull(goAway);
            assertEquals(error, goAway.number(4), RawHttp2.text(goAway));
            assertEquals(200, other.readReply(other.get("/products/other")).status());
        }
        assertEquals(List.of("other"), asked);
    }

    /// Returns 400 too if there is no answer.
    private static int statusOrReset(RawHttp2 client, int stream) throws IOException {
        try {
            return client.readReply(stream).status();
        } catch (EOFException reset) {
            return 400;
        }
    }

    /// The data must be as long as the head says.
    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void body_of_HTTP_2_of_another_length_than_its_head_says_makes_no_page(int length) throws Exception {
        startTimeless(Speech.H2C);
        try (RawHttp2 client = second(Speech.H2C); RawHttp2 other = second(Speech.H2C)) {
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream,
                    RawHttp2.head("GET", "/products/1", "content-length", "3"));
            client.send(RawHttp2.DATA, RawHttp2.END_STREAM, stream, new byte[length]);
            assertEquals(400, statusOrReset(client, stream));
            assertEquals(200, other.readReply(other.get("/products/other")).status());
        }
        assertEquals(List.of("other"), asked);
    }

    @Test
    void body_of_HTTP_2_over_the_limit_is_answered_413_and_others_go_on() throws Exception {
        startTimeless(Speech.H2C);
        try (RawHttp2 client = second(Speech.H2C)) {
            int announced = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, announced,
                    RawHttp2.head("GET", "/products/1", "content-length", "10001"));
            assertProblem(413, client.readReply(announced));
            int growing = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, growing,
                    RawHttp2.head("GET", "/products/1"));
            client.send(RawHttp2.DATA, 0, growing, new byte[10_001]);
            assertProblem(413, client.readReply(growing));
            assertEquals(200, client.readReply(client.get("/products/2")).status());
        }
        assertEquals(List.of("2"), asked);
    }

    private static void assertProblem(int status, RawClient.Reply reply) {
        assertEquals(status, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }
}
