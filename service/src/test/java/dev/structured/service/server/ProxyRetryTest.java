package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.client.CallObserver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proxied calls that are made again after an answer that is held back.
@Timeout(120)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyRetryTest {
    private static final String ROUTES = "  - {path: \"/**\", deadline: 20s, proxy: {to: vets}}\n";

    @Test
    void retry_is_made_before_anything_was_passed_back() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ProxyRig.run(", retry: {attempts: 3, base: 1ms}, extra: {burst: 50}", ROUTES, (in, out) -> {
            while (true) {
                ProxyRig.readHead(in);
                int call = calls.incrementAndGet();
                ProxyRig.write(out,
                        call == 3 ? ProxyRig.OK : "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nno!");
            }
        }, rig -> {
            assertEquals("ok", rig.ask("GET /x", "").body());
            assertEquals(3, calls.get());
            calls.set(10);
            RawClient.Reply last = rig.ask("HEAD /x", "");
            assertEquals(503, last.status());
            assertEquals(13, calls.get());
            RawClient.Reply failed = rig.ask("GET /x", "");
            assertEquals(503, failed.status());
            assertEquals("no!", failed.body());
            assertEquals(16, calls.get());
            assertEquals(503, rig.ask("POST /x", "Content-Length: 0\r\n").status());
            assertEquals(17, calls.get());
        });
    }

    @Test
    void status_of_an_answer_whose_body_does_not_end_is_asked_again() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ProxyRig.run(", retry: {attempts: 3, base: 1ms}, extra: {burst: 50}", ROUTES, (in, out) -> {
            String head = ProxyRig.readHead(in);
            if (calls.incrementAndGet() == 3) {
                ProxyRig.write(out, ProxyRig.OK);
                return;
            }
            ProxyRig.write(out, "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nn");
            if (!head.contains("/cut")) in.read(); // until the connection is closed
        }, rig -> {
            assertEquals("ok", rig.ask("GET /x", "").body());
            assertEquals(3, calls.get());
            calls.set(0);
            assertEquals("ok", rig.ask("GET /cut", "").body());
            assertEquals(3, calls.get());
            assertEquals(List.of(503, 503, 200, 503, 503, 200),
                    rig.ended.stream().map(CallObserver.EndedCall::status).toList());
        });
    }

    @Test
    void last_answer_is_passed_back_as_it_comes() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(1);
        ProxyRig.run(", retry: {attempts: 2, base: 1ms}, extra: {burst: 50}", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            if (calls.incrementAndGet() == 1) return;
            ProxyRig.write(out, "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nn");
            seen.await();
            ProxyRig.write(out, "o!");
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.get("/x");
                assertEquals(503, client.readHead().status());
                seen.countDown();
                assertEquals("no!", client.readBytes(3));
            }
            assertEquals(2, calls.get());
        });
    }

    @Test
    void answer_without_its_end_that_cannot_be_asked_for_again_is_a_problem() throws Exception {
        ProxyRig.run(", retry: {attempts: 3, base: 1ms}, extra: {burst: 1}", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nn");
            in.read();
        }, rig -> assertEquals(502, rig.ask("GET /x", "").status()));
    }

    @Test
    void long_answer_may_be_slow() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(1);
        String page = "x".repeat(100_000);
        ProxyRig.run(", retry: {attempts: 3, base: 1ms}, extra: {burst: 50}", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            calls.incrementAndGet();
            ProxyRig.write(out, "HTTP/1.1 503 No\r\nContent-Length: " + page.length() + "\r\n\r\n");
            seen.await();
            ProxyRig.write(out, page);
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                assertEquals(503, client.get("/x").readHead().status());
                seen.countDown();
                assertEquals(page, client.readBytes(page.length()));
            }
            assertEquals(1, calls.get());
        });
    }

    @Test
    void long_answer_is_passed_back_and_not_asked_for_again() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        String page = "x".repeat(100_000);
        ProxyRig.run(", retry: {attempts: 3, base: 1ms}, extra: {burst: 50}", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            calls.incrementAndGet();
            ProxyRig.write(out, "HTTP/1.1 503 No\r\nContent-Length: " + page.length() + "\r\n\r\n" + page);
        }, rig -> {
            RawClient.Reply reply = rig.ask("GET /x", "");
            assertEquals(503, reply.status());
            assertEquals(page, reply.body());
            assertEquals(1, calls.get());
        });
    }
}
