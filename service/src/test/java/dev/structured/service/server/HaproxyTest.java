package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.FreePort;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What HAProxy takes for one request, the service takes for one: nothing is smuggled past the one in front.
/// Left out where HAProxy is not installed.
class HaproxyTest {
    private static final Pattern SENT = Pattern.compile("(?m)^SENT s (?:http://test)?(\\S+)$");
    private static final Pattern SEEN = Pattern.compile(" path=(\\S+) ");
    private static final String SMUGGLED = "GET /products/smuggled HTTP/1.1\r\nHost: test\r\n\r\n";
    private static final String POST = "POST /products/first HTTP/1.1\r\nHost: test\r\n";

    @TempDir
    private Path temp;

    private RunningEdge edge;
    private Process haproxy;
    private int port;

    @BeforeEach
    void start() throws Exception {
        Haproxy.assumeInstalled();
        edge = new RunningEdge(ServerText.read("drainTimeout: 5s"),
                (route, request, sink) -> Pages.complete(Pages.page(Pages.id(request))));
        port = FreePort.any();
        haproxy = Haproxy.start("""
                global
                  log stdout format raw local0
                defaults
                  mode http
                  log global
                  log-format "SENT %%s %%HP"
                  timeout connect 5s
                  timeout client 2s
                  timeout server 5s
                frontend front
                  bind 127.0.0.1:%d
                  default_backend back
                backend back
                  server s 127.0.0.1:%d
                """.formatted(port, edge.port), temp);
        Await.until("HAProxy listens", this::listens);
    }

    private boolean listens() {
        try (RawClient client = new RawClient(port)) {
            return client.get("/products/ready").read().status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterEach
    void stop() {
        if (haproxy != null) haproxy.destroyForcibly();
        if (edge != null) edge.close();
    }

    static List<String> requests() {
        return List.of(
                SMUGGLED + SMUGGLED + SMUGGLED,
                POST + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
                        + SMUGGLED,
                POST + "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 0\r\nContent-Length: 50\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 0, 50\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: +0\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 0x0\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: -1\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 00\r\n\r\n" + SMUGGLED,
                POST + "Content-Length : 0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n0;ext=\"a\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n0000\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: a\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\n\r\n0\n\n" + SMUGGLED,
                POST + "X-Folded: a\r\n b\r\n\r\n" + SMUGGLED,
                POST + "X-Nul: a\0b\r\n\r\n" + SMUGGLED,
                POST + "X-Bare: a\nContent-Length: 5\r\n\r\n" + SMUGGLED,
                "POST /products/first HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                "POST /products/first HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + SMUGGLED,
                "GET /products/first HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nabcde" + SMUGGLED,
                "GET http://test/products/first HTTP/1.1\r\nHost: test\r\n\r\n" + SMUGGLED,
                "GET /products/first HTTP/1.1\r\nHost: test\r\nHost: other\r\n\r\n" + SMUGGLED,
                "GET /products/first HTTP/1.1\r\nHost: test\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n" + SMUGGLED,
                "\r\n\r\nGET /products/first HTTP/1.1\r\nHost: test\r\n\r\n" + SMUGGLED,
                "GET  /products/first HTTP/1.1\r\nHost: test\r\n\r\n" + SMUGGLED,
                "GET /products/first  HTTP/1.1\r\nHost: test\r\n\r\n" + SMUGGLED,
                "GET /products/first http/1.1\r\nHost: test\r\n\r\n" + SMUGGLED,
                "GET /products/first HTTP/1.1\r\nHost: test\r\n\r\nGET  /products/second HTTP/1.1\r\n"
                        + "Host: test\r\n\r\n" + SMUGGLED,
                "GET /products/first HTTP/1.1 \r\nHost: test\r\n\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void both_see_the_same_requests(String bytes) throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send(bytes);
            client.halfClose();
            // All answers, until HAProxy closes.
            client.readAll();
        } catch (IOException reset) {
            // It closed at once.
        }
        edge.settle();
        Await.until("every request is known to both", () -> sent().size() == seen().size());
        assertEquals(sent(), seen());
    }

    /// The paths of the requests that HAProxy has passed on.
    private List<String> sent() {
        try {
            return SENT.matcher(Files.readString(Haproxy.log(temp))).results().map(each -> each.group(1))
                    .sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// The paths of the requests that the service was asked.
    private List<String> seen() {
        return edge.log.stream().flatMap(line -> SEEN.matcher(line).results()).map(each -> each.group(1))
                .sorted().toList();
    }
}
