package dev.structured.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.structured.core.Nursery;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests one page again and again over a number of connections, each of which waits for its answer before
/// it sends the next request.
final class PageLoad {
    private final URI page;
    private final Map<String, String> headers;
    private final int connections;

    /// @param headers of each request
    PageLoad(URI page, Map<String, String> headers, int connections) {
        this.page = page;
        this.headers = headers;
        this.connections = connections;
    }

    /// The times of a number of pages.
    static final class Times {
        private final long[] nanos;
        private final int failed;

        private Times(long[] sortedNanos, int failed) {
            this.nanos = sortedNanos;
            this.failed = failed;
        }

        /// Returns the number of pages that were not answered 200.
        int failed() {
            return failed;
        }

        double millis(double percentile) {
            int index = (int) Math.ceil(percentile / 100 * nanos.length) - 1;
            return nanos[Math.clamp(index, 0, nanos.length - 1)] / 1e6;
        }
    }

    /// Asks for that many pages in total. Blocks.
    Times ask(int pages) {
        long[] nanos = new long[pages];
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        Nursery.run("load", nursery -> {
            for (int i = 0; i < connections; i++)
                nursery.startSoon("connection", () -> ask(next, nanos, failed));
        });
        Arrays.sort(nanos);
        return new Times(nanos, failed.get());
    }

    private void ask(AtomicInteger next, long[] nanos, AtomicInteger failed) throws IOException {
        StringBuilder head = new StringBuilder("GET " + page.getRawPath() + " HTTP/1.1\r\nHost: "
                + page.getRawAuthority() + "\r\nAccept: application/json\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] request = head.append("\r\n").toString().getBytes(US_ASCII);
        try (Socket socket = new Socket(InetAddress.getByName(page.getHost()), page.getPort())) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
                long began = System.nanoTime();
                out.write(request);
                if (!isGood(in)) failed.incrementAndGet();
                nanos[i] = System.nanoTime() - began;
            }
        }
    }

    /// Reads an answer, and returns true if it is a 200.
    private static boolean isGood(InputStream in) throws IOException {
        String status = line(in);
        int length = -1;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) length = Integer.parseInt(lower.substring(15).strip());
        }
        if (length < 0) throw new IllegalStateException("An answer without a length");
        in.skipNBytes(length);
        return status.startsWith("HTTP/1.1 200 ");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) throw new EOFException("The connection ended");
            if (c != '\r') line.append((char) c);
        }
        return line.toString();
    }
}
