package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.DepartureTest.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Other routes are served while connections are open, and while requests are in flight on them.
class NewRoutesTest {
    private static final RouteConfig OTHER = RunningEdge.routes("""
              - path: /other/{id}
                deadline: 800ms
                parts: {product: {from: product-service, path: "/product"}}
            """).getFirst();

    @TempDir
    private Path temp;

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private TlsFolder folder;

    private RunningEdge edge(Speech speech) throws IOException, GeneralSecurityException {
        folder = TlsFolder.in(temp);
        return new RunningEdge(DepartureTest.config(folder, speech), this::old);
    }

    private Outcome old(RouteConfig route, PageRequest request, PartSink sink) {
        Nursery.run(nursery -> nursery.startSoon("call", () -> {
            running.countDown();
            release.await();
        }));
        return Pages.complete(Pages.page("old"));
    }

    private static void serveOthers(RunningEdge edge) {
        edge.server.serve(RouteTable.of(List.of(OTHER), (_, _, _) -> Pages.complete(Pages.page("new"))));
    }

    /// The streams of one connection, some of the old routes, some of the new ones.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void stream_keeps_its_routes_and_later_ones_of_its_connection_have_the_new(Speech speech)
            throws Exception {
        try (RunningEdge edge = edge(speech);
                RawHttp2 client = new RawHttp2(edge.port, speech.hasTls() ? folder.ca().client() : null)) {
            int first = client.get("/products/1");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            serveOthers(edge);
            assertEquals("{\"id\":\"new\"}", client.readReply(client.get("/other/1")).body());
            assertEquals(404, client.readReply(client.get("/products/2")).status());
            release.countDown();
            assertEquals("{\"id\":\"old\"}", client.readReply(first).body());
        }
    }

    @Test
    void connection_with_TLS_has_the_new_routes_behind_the_answer_of_the_old() throws Exception {
        try (RunningEdge edge = edge(Speech.HTTPS);
                RawClient client = new RawClient(edge.port, folder.ca().client())) {
            client.get("/products/1");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            serveOthers(edge);
            release.countDown();
            assertEquals("{\"id\":\"old\"}", client.read().body());
            assertEquals(404, client.get("/products/1").read().status());
            assertEquals("{\"id\":\"new\"}", client.get("/other/1").read().body());
        }
    }
}
