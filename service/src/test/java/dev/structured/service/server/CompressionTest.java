package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.luben.zstd.ZstdInputStream;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers that are compressed for clients that accept it, over the real server.
class CompressionTest {
    private static final String ALL = "compression: {encodings: [br, zstd, gzip]}";
    private static final String LONG = "lamp ".repeat(400);
    private final CountDownLatch slow = new CountDownLatch(1);

    private static Reply reply(String text) {
        return new Reply(200, JsonNodeFactory.instance.objectNode().put("text", text));
    }

    private Downstream downstream() {
        return call -> {
            if (call.path().equals("/slow")) slow.await();
            if (call.path().equals("/fails")) {
                return new Reply(500, MissingNode.getInstance(), Map.of(), Freshness.UNKNOWN);
            }
            return reply(call.path().equals("/small") ? "lamp" : LONG);
        };
    }

    private ServedFile served(String edge) throws IOException {
        return new ServedFile(file(edge), Map.of("a", downstream()));
    }

    private static String file(String edge) {
        return """
                edge: {%s}
                downstreams: {a: {url: "http://a.test"}}
                routes:
                  - {path: /page, deadline: 30s, answer: {etag: true}, parts: {p: {from: a, path: /long}}}
                  - {path: /small, deadline: 30s, parts: {p: {from: a, path: /small}}}
                  - {path: /fails, deadline: 30s, parts: {p: {from: a, path: /fails}, q: {from: a, path: \
                /long}}}
                  - {path: /events, deadline: 30s, parts: {p: {from: a, path: /long}, q: {from: a, path: \
                /slow}}}
                  - {path: /cookies, deadline: 30s, requestHeaders: [Cookie], parts: {p: {from: a, path: \
                /long}}}
                  - {path: /users, deadline: 30s, parts: {p: {from: a, path: /long, requestHeaders: \
                [Authorization]}}}
                  - {path: /never, deadline: 30s, answer: {compress: never}, parts: {p: {from: a, path: \
                /long}}}
                  - {path: /always, deadline: 30s, answer: {compress: always}, requestHeaders: [Cookie],
                     parts: {p: {from: a, path: /long}}}
                  - {path: "/pages/{id}", deadline: 30s, parts: {p: {from: a, path: /long}}}
                  - {method: POST, path: /batch, deadline: 30s, body: {fields: {ids: {type: array, \
                required: true}}},
                     batch: {route: "/pages/{id}", items: "${body.ids}"}}
                """
                .formatted(edge);
    }

    private static HttpResponse<InputStream> get(ServedFile served, String path, String... headers) {
        return send(HttpRequest.newBuilder(URI.create(served.edge.url() + path)), headers);
    }

    private static HttpResponse<InputStream> send(HttpRequest.Builder request,
            String... headers) {
        if (headers.length > 0) request.headers(headers);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), _ -> HttpResponse.BodySubscribers.mapping(
                    HttpResponse.BodySubscribers.ofByteArray(), ByteArrayInputStream::new));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static InputStream decoded(HttpResponse<InputStream> answer) throws IOException {
        InputStream body = answer.body();
        return switch (answer.headers().firstValue("Content-Encoding").orElse("identity")) {
            case "gzip" -> new GZIPInputStream(body);
            case "zstd" -> new ZstdInputStream(body).setContinuous(true);
            case "br" -> new BrotliInputStream(body);
            default -> body;
        };
    }

    private static String encoding(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Encoding").orElse("none");
    }

    private static String vary(HttpResponse<?> answer) {
        return String.join(", ", answer.headers().allValues("Vary"));
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip", "zstd, zstd", "br, br", "'gzip, deflate, br, zstd', br",
            "'br;q=0.5, gzip', gzip"})
    void long_page_is_sent_as_the_client_likes_it(String accepted, String sent) throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> plain = get(served, "/page");
            HttpResponse<InputStream> answer = get(served, "/page", "Accept-Encoding", accepted);
            assertEquals(sent, encoding(answer));
            assertEquals("Accept, Accept-Encoding", vary(answer));
            byte[] body = decoded(answer).readAllBytes();
            assertEquals(new String(plain.body().readAllBytes(), StandardCharsets.UTF_8),
                    new String(body, StandardCharsets.UTF_8));
            assertEquals(LONG, new ObjectMapper().readTree(body).at("/p/text").asText());
            long length = answer.headers().firstValueAsLong("Content-Length").orElseThrow();
            assertTrue(length < 500, () -> "sent " + length);
            assertEquals(plain.headers().firstValue("ETag"), answer.headers().firstValue("ETag"));
            assertEquals(plain.headers().firstValue("Content-Type"),
                    answer.headers().firstValue("Content-Type"));
        }
    }

    @Test
    void gzip_is_the_default() throws IOException {
        try (ServedFile served = served("")) {
            assertEquals("gzip", encoding(get(served, "/page", "Accept-Encoding", "gzip, br, zstd")));
            assertEquals("none", encoding(get(served, "/page", "Accept-Encoding", "br, zstd")));
        }
    }

    @Test
    void nothing_is_encoded_where_the_file_says_so() throws IOException {
        String file = file("compression: {encodings: []}").replace("compress: always", "");
        try (ServedFile served = new ServedFile(file, Map.of("a", downstream()))) {
            HttpResponse<InputStream> answer = get(served, "/page", "Accept-Encoding", "gzip, identity;q=0");
            assertEquals("none", encoding(answer));
            assertEquals("Accept", vary(answer));
        }
    }

    @Test
    void client_that_does_not_ask_gets_the_page_as_it_is_and_caches_learn_why() throws IOException {
        try (ServedFile served = served(ALL)) {
            for (String[] headers : List.of(new String[0], new String[]{"Accept-Encoding", "deflate"},
                    new String[]{"Accept-Encoding", "gzip;q=0"})) {
                HttpResponse<InputStream> answer = get(served, "/page", headers);
                assertEquals("none", encoding(answer));
                assertEquals("Accept, Accept-Encoding", vary(answer));
            }
        }
    }

    @Test
    void small_page_is_the_same_for_all() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> answer = get(served, "/small", "Accept-Encoding", "gzip");
            assertEquals("none", encoding(answer));
            assertEquals("Accept", vary(answer));
        }
        try (ServedFile served = served("compression: {from: 0B}")) {
            assertEquals("gzip", encoding(get(served, "/small", "Accept-Encoding", "gzip")));
        }
    }

    @Test
    void small_page_is_encoded_for_a_client_that_takes_nothing_else() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> answer = get(served, "/small", "Accept-Encoding", "gzip, identity;q=0");
            assertEquals("gzip", encoding(answer));
            assertTrue(new String(decoded(answer).readAllBytes(), StandardCharsets.UTF_8).contains("lamp"));
        }
    }

    @Test
    void client_that_takes_no_form_is_told_so() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> answer = get(served, "/page", "Accept-Encoding", "deflate, *;q=0");
            assertEquals(406, answer.statusCode());
            String problem = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(problem.contains("identity, br, zstd, gzip"), problem);
        }
    }

    @Test
    void head_is_that_of_get() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> get = get(served, "/page", "Accept-Encoding", "gzip");
            HttpResponse<InputStream> head = send(
                    HttpRequest.newBuilder(URI.create(served.edge.url() + "/page")).HEAD(), "Accept-Encoding",
                    "gzip");
            for (String name : List.of("Content-Encoding", "Content-Length", "Vary", "ETag")) {
                assertEquals(get.headers().firstValue(name), head.headers().firstValue(name), name);
            }
            assertEquals(0, head.body().readAllBytes().length);
        }
    }

    @Test
    void page_that_the_client_has_is_not_sent_in_any_form() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> first = get(served, "/page", "Accept-Encoding", "gzip");
            String tag = first.headers().firstValue("ETag").orElseThrow();
            assertTrue(tag.startsWith("W/"), tag);
            for (String accepted : List.of("gzip", "br", "identity")) {
                HttpResponse<InputStream> answer = get(served, "/page", "If-None-Match", tag,
                        "Accept-Encoding",
                        accepted);
                assertEquals(304, answer.statusCode());
                assertEquals("none", encoding(answer));
                assertEquals(vary(first), vary(answer));
                assertFalse(answer.headers().firstValue("Content-Length").isPresent());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cookies", "/users", "/never"})
    void page_of_someones_credentials_is_sent_as_it_is(String path) throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> answer = get(served, path, "Accept-Encoding", "gzip", "Authorization",
                    "x");
            assertEquals("none", encoding(answer));
            assertFalse(vary(answer).contains("Accept-Encoding"), vary(answer));
        }
    }

    @Test
    void file_may_say_that_it_is_no_secret() throws IOException {
        try (ServedFile served = served(ALL)) {
            assertEquals("gzip", encoding(get(served, "/always", "Accept-Encoding", "gzip")));
        }
    }

    @Test
    void partial_page_is_compressed_too() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpResponse<InputStream> answer = get(served, "/fails", "Accept-Encoding", "gzip");
            assertEquals("gzip", encoding(answer));
            assertTrue(
                    new String(decoded(answer).readAllBytes(), StandardCharsets.UTF_8).contains("missing"));
        }
    }

    @Test
    void batch_is_compressed_too() throws IOException {
        try (ServedFile served = served(ALL)) {
            HttpRequest.Builder batch = HttpRequest.newBuilder(URI.create(served.edge.url() + "/batch"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"ids\":[1,2]}"));
            HttpResponse<InputStream> answer = send(batch, "Accept-Encoding", "gzip", "Content-Type",
                    "application/json");
            assertEquals(200, answer.statusCode());
            assertEquals("gzip", encoding(answer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"}) // the decoder of br waits for more than it needs: CompressorTest
    void event_can_be_read_as_soon_as_it_is_there(String accepted) throws Exception {
        try (ServedFile served = served(ALL); HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(served.edge.url() + "/events"))
                    .headers("Accept", "application/x-ndjson", "Accept-Encoding", accepted).build();
            HttpResponse<InputStream> answer = client.send(request,
                    HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(accepted, encoding(answer));
            InputStream body = decoded(answer);
            String first = line(body);
            assertTrue(first.contains(LONG), first);
            slow.countDown(); // only now comes the other part
            assertTrue(line(body).contains("\"q\""));
            assertTrue(line(body).contains("done"));
            assertEquals("", line(body));
        }
    }

    /// Reads no further than the line ends: what follows may not have been sent yet.
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) line.write(c);
        return line.toString(StandardCharsets.UTF_8);
    }
}
