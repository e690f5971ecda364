package dev.structured.service;

import dev.structured.service.server.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients that ask one request after the other, until no connection is taken any more.
final class LoadedClients implements AutoCloseable {
    private static final String GET = "GET /products/42 HTTP/1.1\r\nHost: test\r\n";

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
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
                try (RawClient client = new RawClient(port)) {
                    askOn(client, keeps);
                }
            }
        } catch (ConnectException refused) {
            // The service has ended.
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    private void askOn(RawClient client, boolean keeps) throws IOException {
        boolean open = true;
        for (int asked = 0; open && !ended; asked++) {
            try {
                client.send(GET + (keeps ? "" : "Connection: close\r\n") + "\r\n");
                RawClient.Reply reply = client.read();
                if (reply.status() == 200) answered.incrementAndGet();
                else
                    failures.add(reply.toString());
                open = !"close".equals(reply.headers().get("connection"));
            } catch (EOFException idle) {
                // Without a byte of an answer, on a connection that was open before: it was closed for being idle.
                if (asked == 0) throw idle;
                open = false;
            }
        }
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
