package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Checkpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One client: it connects, sends one or two requests, and stays until they are answered, or leaves.
final class FaultyClient {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int BLOCK = 8_192;

    /// How a client behaves. Each leads the paths that it asks for.
    enum Manner {
        /// Reads all answers.
        STAY,
        /// Closes its connection in order, after some time.
        LEAVE,
        /// Resets its connection, after some time.
        RESET;

        /// Returns the segment of a path that tells its requests from others.
        String segment() {
            return switch (this) {
                case STAY -> "stay";
                case LEAVE -> "leave";
                case RESET -> "reset";
            };
        }
    }

    private FaultyClient() {}

    /// Sends requests that are all on one connection. Blocks.
    ///
    /// @param requests the last one asks for the connection to be closed
    /// @param stays how long it stays, if it does not wait for the answers
    /// @return the statuses of the answers that it waited for; also of those that were cut short
    /// @throws IOException if it cannot connect or send, or waits too long
    static List<Integer> ask(int port, String requests, Manner manner, Duration stays) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(requests.getBytes(ISO_8859_1));
            if (manner == Manner.STAY) {
                return statuses(read(socket.getInputStream()));
            }
            Checkpoints.sleep(stays);
            if (manner == Manner.RESET) socket.setSoLinger(true, 0);
            return List.of();
        }
    }

    /// Returns all bytes until the connection ends, in order or not.
    private static String read(InputStream in) throws SocketTimeoutException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] block = new byte[BLOCK];
        try {
            for (int n = in.read(block); n >= 0; n = in.read(block)) bytes.write(block, 0, n);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // A cut: an answer that is passed on ends as the downstream's did.
        }
        return bytes.toString(ISO_8859_1);
    }

    private static List<Integer> statuses(String answers) {
        List<Integer> statuses = new ArrayList<>();
        Matcher status = STATUS.matcher(answers);
        while (status.find()) {
            int code = Integer.parseInt(status.group(1));
            if (code >= 200) statuses.add(code);
        }
        return statuses;
    }
}
