package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.server.ConnectionObserver.Drop;
import dev.structured.service.server.ConnectionObserver.Limit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections that begin with the client's address, over the real server.
class ProxyProtocolTest {
    private final List<RawClient> clients = new ArrayList<>();
    private ServedFile served;

    private void serve(String connections, String edge) throws IOException {
        serve(connections, edge, "1min");
    }

    private void serve(String connections, String edge, String headTimeout) throws IOException {
        served = new ServedFile("server: {connections: {" + connections + "}, transfer: {headTimeout: "
                + headTimeout + "}}\n"
                + """
                        edge: {%s}
                        downstreams: {d: {url: "http://127.0.0.1:1"}}
                        routes:
                          - {path: /r, deadline: 30s, parts: {p: {value: 1}}}
                          - path: /limited
                            deadline: 30s
                            rateLimit: {requests: 1, per: 1min, by: address}
                            parts: {p: {value: 1}}
                        """
                        .formatted(edge),
                Map.of());
    }

    private void serve() throws IOException {
        serve("proxyProtocol: [127.0.0.0/8]", "");
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) client.close();
        if (served != null) served.close();
    }

    private RawClient connect() throws IOException {
        RawClient client = served.edge.connect();
        clients.add(client);
        return client;
    }

    private static String from(String address) {
        return "PROXY TCP4 " + address + " 192.0.2.1 56324 443\r\n";
    }

    private static String request(String path, String headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n";
    }

    private String line(int number) {
        Await.until("the line", () -> served.edge.log.size() > number);
        return served.edge.log.get(number);
    }

    @Test
    void client_of_the_header_is_the_one_who_asks_for_the_whole_connection() throws IOException {
        serve();
        RawClient client = connect();
        client.send(from("192.0.2.7") + request("/r", "") + request("/r", "X-Forwarded-For: 6.6.6.6\r\n"));
        assertEquals(200, client.read().status());
        assertEquals(200, client.read().status());
        assertTrue(line(0).contains("address=192.0.2.7 "), line(0));
        assertTrue(line(1).contains("address=192.0.2.7 "), line(1));
    }

    @Test
    void header_of_version_2_and_in_pieces_is_read_too() throws Exception {
        serve();
        byte[] header = ProxyHeaderTest.binary("211100" + "0cc0000208c0000201dc0401bb");
        RawClient client = connect();
        for (byte each : header) {
            client.send(new String(new byte[]{each}, ISO_8859_1));
            Thread.sleep(1);
        }
        client.send(request("/r", ""));
        assertEquals(200, client.read().status());
        assertTrue(line(0).contains("address=192.0.2.8 "), line(0));
    }

    @Test
    void health_check_of_the_proxy_has_its_own_address() throws IOException {
        serve();
        RawClient client = connect();
        client.send("PROXY UNKNOWN\r\n" + request("/r", ""));
        assertEquals(200, client.read().status());
        assertTrue(line(0).contains("address=127.0.0.1 "), line(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /r HTTP/1.1\r\nHost: t\r\n\r\n", "PROXY TCP4 x y 1 2\r\n",
            "\u0016\u0003\u0001\u0000\u00c8\u0001\u0000"})
    void connection_without_a_header_is_closed_and_counted(String bytes) throws IOException {
        serve();
        RawClient client = connect();
        client.trySend(bytes);
        assertTrue(client.atEnd());
        Await.until("counted", () -> served.edge.observer.connections.dropped.contains(Drop.NO_PROXY_HEADER));
        Await.until("closed", () -> served.edge.observer.connections.open() == 0);
        assertEquals(List.of(), served.edge.log);
    }

    @Test
    void header_of_an_address_that_is_not_listed_is_a_malformed_request() throws IOException {
        serve("proxyProtocol: [10.0.0.0/8]", "");
        RawClient client = connect();
        client.send(from("192.0.2.7") + request("/r", ""));
        assertEquals(400, client.read().status());
        assertTrue(line(0).contains("address=127.0.0.1 "), line(0));
    }

    @Test
    void header_that_does_not_come_is_a_head_that_is_late() throws IOException {
        serve("proxyProtocol: [127.0.0.0/8]", "", "1s");
        RawClient client = connect();
        client.send("PROXY TCP4 192.");
        assertTrue(client.atEnd());
        Await.until("dropped", () -> served.edge.observer.connections.dropped.contains(Drop.SLOW_HEAD));
    }

    @Test
    void limits_of_an_address_are_the_clients() throws IOException {
        serve("proxyProtocol: [127.0.0.0/8], maxPerAddress: 2", "");
        for (int i = 0; i < 2; i++) assertEquals(200, asked("192.0.2.7").status());
        for (int i = 0; i < 3; i++) {
            RawClient refused = connect();
            refused.trySend(from("192.0.2.7") + request("/r", ""));
            assertTrue(refused.atEnd());
        }
        for (int i = 10; i < 20; i++) assertEquals(200, asked("192.0.2." + i).status());
        assertEquals(List.of(Limit.ADDRESS, Limit.ADDRESS, Limit.ADDRESS),
                served.edge.observer.connections.limited);
        clients.getFirst().close();
        Await.until("its place is free", () -> served.edge.observer.connections.open() == 11);
        assertEquals(200, asked("192.0.2.7").status());
    }

    private RawClient.Reply asked(String address) throws IOException {
        RawClient client = connect();
        client.send(from(address) + request("/r", ""));
        return client.read();
    }

    @Test
    void rates_are_limited_by_the_client_and_headers_change_nothing() throws IOException {
        serve("proxyProtocol: [127.0.0.0/8]", "trustedProxies: [127.0.0.0/8]");
        int[] statuses = new int[3];
        for (int i = 0; i < 3; i++) {
            RawClient client = connect();
            client.send(from(i == 2 ? "192.0.2.8" : "192.0.2.7")
                    + request("/limited", "X-Forwarded-For: 192.0.2." + i + "\r\n"));
            statuses[i] = client.read().status();
        }
        assertEquals("[200, 429, 200]", Arrays.toString(statuses));
    }

    @Test
    void proxy_behind_the_proxy_may_be_trusted_by_its_own_address() throws IOException {
        serve("proxyProtocol: [127.0.0.0/8]", "trustedProxies: [192.0.2.7]");
        RawClient client = connect();
        client.send(from("192.0.2.7") + request("/r", "X-Forwarded-For: 198.51.100.3\r\n"));
        assertEquals(200, client.read().status());
        assertTrue(line(0).contains("address=198.51.100.3 "), line(0));
    }

    @ParameterizedTest
    @CsvSource({"http/1.1", "h2"})
    void header_comes_before_TLS_and_any_version_of_HTTP(String version, @TempDir Path temp)
            throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        ServerConfig config = folder.config("", "connections: {proxyProtocol: [127.0.0.1]}");
        try (RunningEdge edge = new RunningEdge(config, (_, _, _) -> Pages.complete(Pages.page("1")));
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), edge.port)) {
            plain.getOutputStream().write(from("192.0.2.9").getBytes(ISO_8859_1));
            SSLSocket socket = (SSLSocket) folder.ca().client().getSocketFactory().createSocket(plain,
                    "127.0.0.1",
                    edge.port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[]{version});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertEquals(version, socket.getApplicationProtocol());
            OutputStream out = socket.getOutputStream();
            // Of HTTP/2: preface, SETTINGS, and HEADERS of GET https://t/products/1 by the static table.
            out.write(version.equals("h2")
                    ? HexFormat.of().parseHex(
                            "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a" + "000000040000000000"
                                    + "000012" + "01" + "05" + "00000001" + "8287" + "040b"
                                    + "2f70726f64756374732f31" + "410174")
                    : request("/products/1", "").getBytes(ISO_8859_1));
            out.flush();
            assertTrue(socket.getInputStream().read() >= 0);
            Await.until("the line", () -> !edge.log.isEmpty());
            assertTrue(edge.log.getFirst().contains("status=200"), edge.log.getFirst());
            assertTrue(edge.log.getFirst().contains("address=192.0.2.9 "), edge.log.getFirst());
        }
    }
}
