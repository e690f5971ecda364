package dev.structured.service.demo;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Sends requests to a service for a minute, at an even rate, whether they are answered or not: the load
/// button of the page. Thread-safe.
public final class DemoLoad implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final int MOST_IN_FLIGHT = 5_000;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int PRODUCTS = 99;

    private final Nursery nursery;
    private final RunEntry entry;
    private final Queue<Socket> idle = new ConcurrentLinkedQueue<>();
    private final Object lock = new Object();
    /// Both guarded by the lock.
    private @Nullable CancelScope scope;
    private int perSecond;

    private DemoLoad(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.entry = entry;
    }

    /// Returns a load of nothing. **Not a checkpoint.**
    public static DemoLoad open(Nursery nursery) {
        return new DemoLoad(nursery, RunEntry.open());
    }

    /// Returns the number of requests that are sent each second.
    public int perSecond() {
        synchronized (lock) {
            return scope == null ? 0 : perSecond;
        }
    }

    /// Begins to send requests, in place of the present load.
    ///
    /// @param rate the requests in a second; 0 for none
    /// @param port the port of the service, on this machine
    public void send(int rate, int port) {
        CancelScope next = rate == 0 ? null : new CancelScope("load").withTimeout(LONGEST);
        synchronized (lock) {
            if (scope != null) scope.cancel("another load was asked for");
            scope = next;
            perSecond = rate;
        }
        if (next == null) return;
        entry.post(() -> nursery.startSoon("load", () -> {
            next.run(() -> Nursery.run("requests", requests -> send(rate, port, requests)));
            ended(next);
        }));
    }

    private void ended(CancelScope over) {
        synchronized (lock) {
            if (scope == over) scope = null;
        }
        for (Socket each = idle.poll(); each != null; each = idle.poll()) close(each);
    }

    private void send(int rate, int port, Nursery requests) {
        double due = 0;
        while (true) {
            Checkpoints.sleep(STEP);
            due += rate * STEP.toMillis() / 1_000.0;
            for (; due >= 1; due--) {
                if (requests.statistics().tasks() < MOST_IN_FLIGHT) {
                    requests.startSoon("request", () -> ask(port));
                }
            }
        }
    }

    private void ask(int port) {
        Socket socket = null;
        boolean reusable = false;
        try {
            socket = socket(port);
            int product = 1 + ThreadLocalRandom.current().nextInt(PRODUCTS);
            socket.getOutputStream()
                    .write(("GET /products/" + product + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            reusable = readAnswer(socket.getInputStream());
        } catch (IOException e) {
            Checkpoints.checkpoint(); // the service is the one that is looked at
        } finally {
            if (socket != null && reusable) idle.add(socket);
            else if (socket != null) close(socket);
        }
    }

    private Socket socket(int port) throws IOException {
        Socket kept = idle.poll();
        if (kept != null) return kept;
        Socket opened = new Socket();
        opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        opened.setSoTimeout(PATIENCE_MILLIS);
        opened.setTcpNoDelay(true);
        return opened;
    }

    /// Reads an answer with a length.
    ///
    /// @return true if the connection may carry another request
    private static boolean readAnswer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) return false;
            head.append((char) next);
        }
        String text = head.toString().toLowerCase(Locale.ROOT);
        int at = text.indexOf("content-length:");
        if (at < 0) return false;
        long length = Long.parseLong(text.substring(at + 15, text.indexOf('\r', at)).strip());
        in.skipNBytes(length);
        return !text.contains("connection: close");
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The connection is of no use any more.
        }
    }

    /// Stops sending.
    @Override
    public void close() {
        synchronized (lock) {
            if (scope != null) scope.cancel("the service ends");
        }
        entry.close();
    }
}
