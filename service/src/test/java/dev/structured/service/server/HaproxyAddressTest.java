package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The service takes the addresses of clients from a real HAProxy. Left out where HAProxy is not installed.
class HaproxyAddressTest {
    private static final String CLIENT = "127.0.0.7";

    @TempDir
    private Path temp;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tcp  | ``               | send-proxy                                                        | proxyProtocol: [127.0.0.1]
            tcp  | ``               | send-proxy-v2                                                     | proxyProtocol: [127.0.0.1]
            tcp  | ``               | send-proxy-v2 proxy-v2-options crc32c,unique-id check inter 50ms  | proxyProtocol: [127.0.0.1]
            http | ``               | send-proxy-v2                                                     | proxyProtocol: [127.0.0.1]
            http | option forwardfor | ``                                                               | trustedProxies: [127.0.0.1]
            http | http-request set-header Forwarded for=%[src];proto=http | ``                                                        | trustedProxies: [127.0.0.1], forwardedHeader: forwarded
            """)
    void address_of_the_client_is_known(String mode, String option, String sent, String believed)
            throws Exception {
        Haproxy.assumeInstalled();
        boolean early = believed.startsWith("proxyProtocol");
        String yaml = """
                server: {connections: {%s}}
                edge: {%s}
                downstreams: {d: {url: "http://127.0.0.1:1"}}
                routes:
                  - path: /r
                    deadline: 30s
                    rateLimit: {requests: 1, per: 60min, by: address}
                    parts: {p: {value: 1}}
                """
                .formatted(early ? believed : "", early ? "" : believed);
        int port = FreePort.any();
        try (ServedFile served = new ServedFile(yaml, Map.of())) {
            Process haproxy = start(mode, option, sent, port, served.edge.port);
            try {
                Await.until("HAProxy listens", () -> listens(port));
                assertEquals("200", status(port, CLIENT));
                assertEquals("429", status(port, CLIENT));
                assertEquals("200", status(port, "127.0.0.8"));
                Await.until("three lines",
                        () -> lines(served, "127.0.0.8 ") == 1 && lines(served, CLIENT + " ") == 2);
                assertEquals(0, served.edge.log.stream().filter(line -> line.contains("status=400")).count());
            } finally {
                haproxy.destroy();
                assertTrue(haproxy.waitFor(60, TimeUnit.SECONDS));
            }
        }
    }

    private static long lines(ServedFile served, String address) {
        return served.edge.log.stream().filter(line -> line.contains("address=" + address)).count();
    }

    private Process start(String mode, String option, String sent, int port, int service) throws IOException {
        return Haproxy.start("""
                defaults
                  mode %s
                  timeout connect 60s
                  timeout client 60s
                  timeout server 60s
                frontend front
                  bind 127.0.0.1:%d
                  %s
                  default_backend back
                backend back
                  server s 127.0.0.1:%d %s
                """.formatted(mode, port, option, service, sent), temp);
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Returns the status of the answer to a client at another address of this machine.
    private static String status(int port, String from) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port, InetAddress.ofLiteral(from), 0)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET /r HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.length() < 12 ? answer : answer.substring(9, 12);
        }
    }
}
