package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.server.Await;
import dev.structured.service.tls.TestCa;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 over TLS, and which version of HTTP both sides agree on.
@Timeout(60)
class Http2TlsTest {
    @TempDir
    private Path folder;

    private TestCa ca;

    @BeforeEach
    void makeAuthority() throws Exception {
        ca = new TestCa("test authority");
        ca.own.write(folder, "ca");
    }

    private SSLContext trusted() throws Exception {
        return ca.server(ca.issue("127.0.0.1"));
    }

    private String trust() {
        return "tls: {ca: " + folder.resolve("ca.pem") + "}";
    }

    /// A server that speaks HTTP/1.1 only, and counts the requests that come in by it.
    private final class OldServer {
        final AtomicInteger requests = new AtomicInteger();
        final Http2Server server;

        OldServer() throws Exception {
            server = new Http2Server(trusted(), factory -> {}, new HttpConnectionFactory());
            server.speakOnly("http/1.1", new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) {
                    requests.incrementAndGet();
                    response.getHeaders().put(new HttpField("content-type", "application/json"));
                    Content.Sink.write(response, true,
                            "{\"path\":\"" + request.getHttpURI().getPathQuery() + "\"}", callback);
                    return true;
                }
            });
        }
    }

    @Test
    void both_agree_on_HTTP_2() throws Exception {
        Http2Rig.run(new Http2Server(trusted(), factory -> {}), rig -> {
            for (int i = 0; i < 5; i++) assertEquals("/" + i, rig.echoed("/" + i));
            assertEquals(1, rig.server.connections());
            assertEquals("https", rig.server.asked.getFirst().head().getHttpURI().getScheme());
        }, trust());
    }

    @Test
    void HTTP_1_1_is_spoken_where_the_downstream_has_no_other() throws Exception {
        OldServer old = new OldServer();
        Http2Rig.run(old.server, rig -> {
            for (int i = 0; i < 5; i++) assertEquals("/" + i, rig.echoed("/" + i));
            assertEquals(5, old.requests.get());
            assertEquals(0, rig.server.connections());
            // A ticket that comes behind an answer costs its connection: it is not silent then. The server
            // sees a little later that it was closed.
            Await.until("connections that are not kept are closed", () -> rig.server.sockets() <= 2);
            OpenConnections open = rig.http.openConnections().getFirst();
            assertEquals(1, open.active() + open.idle());
        }, trust());
    }

    @Test
    void file_that_asks_for_HTTP_1_1_gets_it() throws Exception {
        Http2Rig.run(new Http2Server(trusted(), factory -> {}, new HttpConnectionFactory()), rig -> {
            // The scripts are those of HTTP/2, so nobody answers with anything but a 404.
            assertEquals(404, rig.get("/").status());
            assertEquals(0, rig.server.connections());
        }, trust(), "protocol: http/1.1");
    }

    @Test
    void downstream_without_HTTP_2_fails_where_nothing_else_will_do() throws Exception {
        OldServer old = new OldServer();
        Http2Rig.run(old.server, rig -> {
            var thrown = assertThrows(DownstreamException.class, () -> rig.get("/"));
            assertEquals(ErrorType.TLS, thrown.type());
            assertEquals(0, old.requests.get());
        }, trust(), "protocol: h2");
    }

    @Test
    void certificate_of_nobody_known_is_refused_by_each_call() throws Exception {
        Http2Rig.run(new Http2Server(trusted(), factory -> {}), rig -> {
            for (int i = 0; i < 2; i++) {
                var thrown = assertThrows(DownstreamException.class, () -> rig.get("/"));
                assertEquals(ErrorType.TLS, thrown.type());
                assertTrue(thrown.getMessage().contains("authority"), thrown::getMessage);
            }
            assertEquals(0, rig.server.requests());
        });
    }

    @Test
    void large_bodies_both_ways() throws Exception {
        Http2Rig.run(new Http2Server(trusted(), factory -> {}), rig -> {
            rig.server.script = asked -> asked.body().then = () -> asked.answer(200,
                    "{\"path\":\"" + "x".repeat(3_000_000) + "\"}");
            assertEquals(3_000_000,
                    rig.downstream.call(Http2Test.post(2_000_000)).body().path("path").asText().length());
        }, trust(), "maxBody: 6MiB");
    }

    @Test
    void cancelled_call_costs_no_connection() throws Exception {
        Http2Rig.run(new Http2Server(trusted(), factory -> {}), rig -> {
            rig.server.script = asked -> {};
            for (int i = 0; i < 20; i++) {
                int before = rig.server.requests();
                CancelTest.Attempt attempt = CancelTest.call(rig.nursery, () -> rig.get("/hang"));
                CancelTest.await(() -> rig.server.requests() == before + 1);
                attempt.scope().cancel("test");
                attempt.task().await();
            }
            CancelTest.await(() -> rig.server.resets.size() == 20);
            Http2Test.stillWorks(rig);
        }, trust());
    }
}
