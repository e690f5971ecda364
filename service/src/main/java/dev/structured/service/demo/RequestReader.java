package dev.structured.service.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the requests of one connection. Refuses requests that are too large or malformed.
final class RequestReader {
    static final int MAX_HEAD_BYTES = 32 * 1024;
    static final int MAX_BODY_BYTES = 1024 * 1024;

    /// The request is refused with a status.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(int status, String why) {
            super(why);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private final InputStream in;
    private int headBytes;

    RequestReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /// Returns the next request; null if the client closed the connection between two requests. Blocks.
    ///
    /// @throws Refused if the request is malformed, too large, or uses a feature that this server lacks
    /// @throws EOFException if the connection ends within the request
    @Nullable
    Request next() throws IOException {
        headBytes = 0;
        int first = in.read();
        if (first < 0) return null;
        String[] words = ((char) first + line()).split(" ", -1);
        if (words.length != 3 || !words[2].equals("HTTP/1.1"))
            throw new Refused(400, "The request line is not HTTP/1.1");
        if (!words[0].matches("[A-Z]+")) throw new Refused(400, "The method is not a word in capitals");
        if (!words[1].startsWith("/")) throw new Refused(400, "The target does not begin with '/'");
        Map<String, String> headers = headers();
        return new Request(words[0], words[1], headers, body(headers));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(0) <= ' ')
                throw new Refused(400, "A header line is not 'name: value'");
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) throw new EOFException("The connection ended within the head");
            if (++headBytes > MAX_HEAD_BYTES)
                throw new Refused(431, "The head is larger than " + MAX_HEAD_BYTES + " bytes");
            line.append((char) b);
        }
        int end = line.length() - 1;
        if (end < 0 || line.charAt(end) != '\r') throw new Refused(400, "A line does not end with CR LF");
        return line.substring(0, end);
    }

    private String body(Map<String, String> headers) throws IOException {
        if (headers.containsKey("transfer-encoding"))
            throw new Refused(501, "Bodies need a Content-Length here");
        String length = headers.getOrDefault("content-length", "0");
        if (!length.matches("\\d{1,18}")) throw new Refused(400, "Content-Length is not a number");
        if (Long.parseLong(length) > MAX_BODY_BYTES) throw new Refused(413, "The body is too large");
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new EOFException("The connection ended within the body");
        }
        return new String(body, ISO_8859_1);
    }

    /// Reads and discards input until the client closes its side. Blocks, without a time limit.
    void awaitEnd() throws IOException {
        byte[] ignored = new byte[256];
        while (in.read(ignored) >= 0) {
            // A client that waits for an answer has nothing to send.
        }
    }
}
