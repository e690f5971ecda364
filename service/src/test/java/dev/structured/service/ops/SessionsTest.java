package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.core.Scheduler;
import dev.structured.service.edge.Pages;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.RunningEdge;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/// A client cannot make either listener keep something for it: there are no sessions, no cookies and no
/// websockets.
class SessionsTest {
    private static final int MANY = 1_000;
    /// Jetty's constant for requests without a session, as it stands in the histogram: one object, when it is
    /// loaded.
    private static final Pattern NO_SESSION = Pattern.compile(
            ".* 1 +[0-9]+ +org\\.eclipse\\.jetty\\.session\\.AbstractSessionManager\\$RequestedSession.*");
    private static final List<String> REQUESTS = List.of(
            """
                    Connection: Upgrade\r
                    Upgrade: websocket\r
                    Sec-WebSocket-Version: 13\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    """,
            "Sec-WebSocket-Version: 13\r\n", "Cookie: JSESSIONID=node01abc\r\n");

    @Test
    void requests_for_websockets_get_no_cookie_and_leave_no_session() throws Exception {
        try (RunningEdge edge = new RunningEdge(
                (route, request, sink) -> Pages.complete(Pages.page(Pages.id(request))));
                Scheduler scheduler = Scheduler.open()) {
            AdminSources sources = new AdminSources(new Readiness(), _ -> "", Map::of, new FailedCalls(),
                    scheduler, new NoConfig(), null);
            AdminServer admin = new AdminServer(new ListenAddress("127.0.0.1", 0), sources,
                    AdminPolicy.DEFAULT,
                    ConnectionObserver.NONE);
            int adminPort = admin.start();
            try {
                ask(edge.port, "/nope", 404);
                ask(edge.port, "/products/1", 200);
                ask(adminPort, "/nope", 404);
                ask(adminPort, "/livez", 200);
                assertEquals(List.of(), live());
            } finally {
                admin.stop();
            }
        }
    }

    private static void ask(int port, String path, int status) throws Exception {
        for (String headers : REQUESTS) {
            try (RawClient client = new RawClient(port)) {
                for (int i = 0; i < MANY; i++) {
                    client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
                    RawClient.Reply reply = client.read();
                    assertEquals(status, reply.status());
                    assertFalse(reply.headers().containsKey("set-cookie"), reply::toString);
                }
            }
        }
    }

    /// Returns the live objects of Jetty's sessions and websockets, by class, after a collection.
    private static List<String> live() throws Exception {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                        new Object[]{new String[0]}, new String[]{String[].class.getName()});
        return histogram.toString().lines()
                .filter(line -> line.contains("org.eclipse.jetty.session.")
                        || line.contains("SessionHandler") || line.contains("jetty.websocket")
                        || line.contains("ee10.websocket"))
                .filter(line -> !NO_SESSION.matcher(line).matches())
                .toList();
    }
}
