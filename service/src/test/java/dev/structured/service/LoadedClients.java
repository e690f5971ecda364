package dev.structured.service;

import dev.structured.service.server.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that ask one request after the other, until no connection is taken any more.
final class LoadedClients implements AutoCloseable {
    /// A new connection was reset without a byte of an answer.
    private static final class NotTaken extends IOException {
        private static final long serialVersionUID = 1L;

        NotTaken(IOException cause) {
            super(cause);
        }
    }

    private static final String GET = "GET /products/42 HTTP/1.1\r\nHost: test\r\n";

    /// A client that stood still for so long between its connection and its request was silent for the
    /// service.
    private static final long LATE_NANOS = 20_000_000;

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();

    private final AtomicInteger notTaken = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private LoadedClients(int port) {
        this.port = port;
    }

    /// @param keeping how many keep their connections until an answer says that it is closed
    /// @param opening how many open a connection for each request
    static LoadedClients of(URI pages, int keeping, int opening) {
        LoadedClients clients = new LoadedClients(pages.getPort());
        for (int i = 0; i < keeping + opening; i++) {
            boolean keeps = i < keeping;
            clients.threads.add(Thread.ofVirtual().start(() -> clients.ask(keeps)));
        }
        return clients;
    }

    private void ask(boolean keeps) {
        try {
            while (!ended) {
                long began = System.nanoTime();
                try (RawClient client = connect()) {
                    askOn(client, keeps, began);
                }
            }
        } catch (ConnectException refused) {
            // The service has ended.
        } catch (NotTaken e) {
            notTaken.incrementAndGet();
        } catch (IOException e) {
            failures.add((keeps ? "on a connection that is kept: " : "on a new connection: ") + e);
        }
    }

    private RawClient connect() throws IOException {
        try {
            return new RawClient(port);
        } catch (ConnectException refused) {
            throw refused;
        } catch (SocketException reset) {
            throw new NotTaken(reset);
        }
    }

    private void askOn(RawClient client, boolean keeps, long began) throws IOException {
        boolean open = true;
        boolean late = false;
        for (int asked = 0; open && !ended; asked++) {
            try {
                client.send(GET + (keeps ? "" : "Connection: close\r\n") + "\r\n");
                late = System.nanoTime() - began > LATE_NANOS;
                RawClient.Reply reply = client.read();
                if (reply.status() == 200) answered.incrementAndGet();
                else
                    failures.add(reply.toString());
                open = !"close".equals(reply.headers().get("connection"));
            } catch (SocketException reset) {
                if (asked == 0) throw new NotTaken(reset);
                throw reset;
            } catch (EOFException idle) {
                // Without a byte of an answer, on a connection that was open before: it was closed for being
                // idle.
                if (asked == 0 && late) throw new NotTaken(idle);
                if (asked == 0) throw idle;
                open = false;
            }
        }
    }

    /// Returns the number of new connections that were reset without a byte of an answer: they came between
    /// the service's last look at its queue and the close of its port. So does one that was closed because
    /// its client stood still before it asked.
    int notTaken() {
        return notTaken.get();
    }

    int answered() {
        return answered.get();
    }

    List<String> failures() {
        return failures;
    }

    /// Waits until every client has been refused a connection, or has failed.
    void awaitRefused() {
        try {
            for (Thread each : threads) each.join();
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while clients ask", e);
        }
    }

    @Override
    public void close() {
        ended = true;
        awaitRefused();
    }
}
