package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.tls.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers over TLS that end with their connection. Anybody on the way can end that, but only the downstream
/// can send the close_notify that belongs before it (RFC 9112, 9.8).
@Timeout(60)
class TlsEndTest {
    @TempDir
    private Path folder;

    /// A client that keeps what it gets.
    private static final class Reader implements UntimedPassage {
        final StringBuilder got = new StringBuilder();

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public long length() {
            return 0;
        }

        @Override
        public boolean hasArrived() {
            return true;
        }

        @Override
        public @Nullable ByteBuffer read() {
            return null;
        }

        @Override
        public void write(ByteBuffer bytes) {
            got.append(ISO_8859_1.decode(bytes));
        }
    }

    interface Body {
        void run(Downstream downstream) throws Exception;
    }

    /// Runs a test with a downstream that answers with its path, sends a close_notify unless that begins with
    /// `/cut`, and closes the connection.
    private void run(String version, Body body) throws Exception {
        TestCa ca = new TestCa("authority");
        ca.own.write(folder, "ca");
        SSLContext context = ca.server(ca.issue("127.0.0.1"));
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        URI url = URI.create("https://127.0.0.1:" + listener.getLocalPort());
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                nursery.startSoon("server", () -> {
                    try (listener) {
                        while (true)
                            serve(listener.accept(), context, version);
                    }
                });
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    body.run(http.open(
                            DownstreamText.read("secure", "url: " + url, "connectTimeout: 20s",
                                    "tls: {ca: " + folder.resolve("ca.pem") + "}"),
                            url, CallObserver.NONE));
                }
                nursery.scope().cancel("the test is over");
            }));
        }
    }

    private static void serve(Socket socket, SSLContext context, String version) throws IOException {
        try (socket) {
            SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, null, false);
            encrypted.setEnabledProtocols(new String[]{version});
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(encrypted.getInputStream(), ISO_8859_1));
            String line = in.readLine();
            String path = line.substring("GET ".length(), line.indexOf(" HTTP"));
            while (!line.isEmpty())
                line = in.readLine();
            encrypted.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\n\r\n[\"" + path + "\"]").getBytes(ISO_8859_1));
            if (!path.startsWith("/cut")) encrypted.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answer_that_is_passed_back_is_whole_only_if_TLS_says_so(String version) throws Exception {
        run(version, downstream -> {
            Reader whole = new Reader();
            downstream.call(Call.passing(whole, "/whole", "/**", "id", Origin.NONE));
            assertEquals("[\"/whole\"]", whole.got.toString());

            Reader cut = new Reader();
            var thrown = assertThrows(DownstreamException.class,
                    () -> downstream.call(Call.passing(cut, "/cut", "/**", "id", Origin.NONE)));
            assertEquals(ErrorType.INCOMPLETE, thrown.type(), thrown::toString);
            assertEquals("[\"/cut\"]", cut.got.toString(), "what has come is passed on");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void json_shows_its_own_end(String version) throws Exception {
        run(version, downstream -> {
            assertEquals("[\"/whole\"]", Rig.get(downstream, "/whole").body().toString());
            assertEquals("[\"/cut\"]", Rig.get(downstream, "/cut").body().toString());
        });
    }
}
