package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A downstream that does what the first segment of the path says.
final class FaultyDownstream {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(5);
    private static final int MOST_BLOCKS = 200;
    private static final String JSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final String OK = JSON + "Content-Length: 7\r\n\r\n{\"n\":1}";
    private static final Map<String, Fault> FAULTS = faults();

    /// What is done in place of an answer.
    @FunctionalInterface
    private interface Fault {
        /// Returns true if the connection is kept.
        boolean act(Socket socket, OutputStream out) throws IOException;
    }

    private final String url;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    private FaultyDownstream(Nursery nursery) throws IOException {
        url = Connections.open(nursery, this::serve);
    }

    /// Starts one on a free port of this machine. It ends with the nursery.
    static FaultyDownstream start(Nursery nursery) throws IOException {
        return new FaultyDownstream(nursery);
    }

    /// Returns the names of all faults, and `ok`, which is none.
    static List<String> names() {
        return List.copyOf(FAULTS.keySet());
    }

    String url() {
        return url;
    }

    /// Returns the number of open connections.
    int open() {
        return open.get();
    }

    int calls() {
        return calls.get();
    }

    private static Map<String, Fault> faults() {
        Map<String, Fault> all = new LinkedHashMap<>();
        all.put("ok", answer(OK));
        all.put("slow", (_, out) -> {
            Checkpoints.sleep(SHORT);
            return send(out, OK);
        });
        all.put("s500", answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}"));
        all.put("s503", answer("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}"));
        all.put("s404", answer("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"));
        all.put("s204", answer("HTTP/1.1 204 No Content\r\n\r\n"));
        all.put("early", answer("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + OK));
        all.put("words", answer(JSON + "Content-Length: 8\r\n\r\nnot JSON"));
        all.put("gzip", answer(JSON + "Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\n{\"n\":1}"));
        all.put("surplus", answer(OK + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        all.put("lengths", answer(JSON + "Content-Length: 7\r\nContent-Length: 9\r\n\r\n{\"n\":1}"));
        all.put("chunk", answer(JSON + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"));
        all.put("garbage", answer("SSH-2.0-faulty\r\n\r\n"));
        all.put("hang", (socket, _) -> hang(socket));
        all.put("hangs-inside", (socket, out) -> send(out, OK.substring(0, OK.length() - 3)) && hang(socket));
        all.put("drip", (_, out) -> {
            for (int i = 0; i < OK.length(); i++) {
                send(out, OK.substring(i, i + 1));
                Checkpoints.sleep(BETWEEN_BYTES);
            }
            return true;
        });
        all.put("close", (_, _) -> false);
        all.put("cut", (_, out) -> sendLast(out, OK.substring(0, OK.length() - 3)));
        all.put("cut-head", (_, out) -> sendLast(out, JSON));
        all.put("no-last-chunk",
                (_, out) -> sendLast(out, JSON + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"));
        all.put("reset", (socket, _) -> reset(socket));
        all.put("reset-inside", (socket, out) -> send(out, OK.substring(0, OK.length() - 3))
                && reset(socket));
        all.put("endless", (_, out) -> {
            send(out, JSON + "Transfer-Encoding: chunked\r\n\r\n");
            String block = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
            for (int i = 0; i < MOST_BLOCKS; i++) send(out, block);
            return false;
        });
        return all;
    }

    private static Fault answer(String bytes) {
        return (_, out) -> send(out, bytes);
    }

    private static boolean send(OutputStream out, String bytes) throws IOException {
        out.write(bytes.getBytes(ISO_8859_1));
        return true;
    }

    /// Sends, and closes the connection.
    private static boolean sendLast(OutputStream out, String bytes) throws IOException {
        var _ = send(out, bytes);
        return false;
    }

    /// Waits until the call is given up.
    private static boolean hang(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0); // what is sent behind the request
        return false;
    }

    /// The close that follows is a reset.
    private static boolean reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        return false;
    }

    private void serve(Socket socket) throws IOException {
        open.incrementAndGet();
        try {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            boolean kept = true;
            for (String line = in.readLine(); kept && line != null; line = kept ? in.readLine() : null) {
                Fault fault = FAULTS.get(line.split("[ ?]", -1)[1].substring(1));
                skipBody(in, skipHead(in));
                calls.incrementAndGet();
                kept = fault != null && fault.act(socket, out);
            }
        } finally {
            open.decrementAndGet();
        }
    }

    /// Returns the length of the body; -1 if it comes in chunks.
    private static int skipHead(BufferedReader in) throws IOException {
        int length = 0;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:"))
                length = Integer.parseInt(field.substring(15).strip());
            if (field.startsWith("transfer-encoding:")) length = -1;
        }
        return length;
    }

    private static void skipBody(BufferedReader in, int length) throws IOException {
        if (length >= 0) {
            for (int i = 0; i < length; i++) if (in.read() < 0) return;
            return;
        }
        String size = in.readLine();
        while (size != null && !size.strip().equals("0")) {
            for (int i = Integer.parseInt(size.strip(), 16); i > 0; i--) if (in.read() < 0) return;
            in.readLine();
            size = in.readLine();
        }
        in.readLine();
    }
}
