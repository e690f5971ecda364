package dev.structured.service.demo;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A small HTTP/1.1 server that answers or fails as a script says.
///
/// It lives in a nursery of the caller: the accept loop is a task there, and each connection is a task in a
/// nested nursery. When the caller's nursery is cancelled or [#stop()] is called, the listening socket and
/// all connections are closed. Thread-safe.
public final class DemoServer {
    /// The largest number of open connections; further ones are closed as soon as they are accepted.
    public static final int MAX_CONNECTIONS = 4096;

    private static final int BACKLOG = 1024;
    private static final Duration OUT_OF_SOCKETS = Duration.ofMillis(50);

    private final String name;
    private final ServerSocket listener;
    private final Function<Request, Action> script;
    private final CancelScope scope;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final LinkedBlockingQueue<Long> abandoned = new LinkedBlockingQueue<>();

    private DemoServer(String name, ServerSocket listener, Function<Request, Action> script) {
        this.name = name;
        this.listener = listener;
        this.script = script;
        this.scope = new CancelScope(name);
    }

    /// Starts a server on a free port of the loopback interface. It listens when this method returns.
    ///
    /// @param name the name of its task
    /// @param script returns the action for each request; called by many tasks at once
    /// @throws IOException if no port can be opened
    public static DemoServer start(Nursery nursery, String name, Function<Request, Action> script)
            throws IOException {
        return start(nursery, name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), script);
    }

    /// Starts a server. It listens when this method returns.
    ///
    /// @param name the name of its task
    /// @param address the address to listen on; port 0 means any free port
    /// @param script returns the action for each request; called by many tasks at once
    /// @throws IOException if the port cannot be opened
    public static DemoServer start(Nursery nursery, String name, InetSocketAddress address,
            Function<Request, Action> script) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(address, BACKLOG);
            DemoServer server = new DemoServer(name, listener, script);
            nursery.startSoon(name, server::listen);
            return server;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private void listen() throws IOException {
        try (listener) {
            scope.run(() -> Nursery.run("connections", this::acceptAll));
        }
    }

    private void acceptAll(Nursery connections) throws IOException {
        while (true) {
            Socket socket = accept();
            int number = accepted.incrementAndGet();
            if (open.incrementAndGet() > MAX_CONNECTIONS) {
                close(socket);
            } else {
                connections.startSoon("connection-" + number, () -> serve(socket));
            }
        }
    }

    private Socket accept() throws IOException {
        while (true) {
            try {
                return listener.accept();
            } catch (IOException e) {
                if (listener.isClosed()) {
                    Checkpoints.checkCancelled(); // else the server was not stopped
                    throw e;
                }
                Checkpoints.sleep(OUT_OF_SOCKETS);
            }
        }
    }

    private void serve(Socket socket) {
        try {
            new DemoConnection(socket, this::act).serve();
        } catch (DemoConnection.Abandoned e) {
            Checkpoints.checkCancelled(); // then it was not the client that went away
            abandoned.add(System.nanoTime());
        } catch (IOException e) {
            Checkpoints.checkCancelled(); // else the client reset the connection between two requests
        } finally {
            close(socket);
        }
    }

    private Action act(Request request) {
        requests.incrementAndGet();
        return script.apply(request);
    }

    private void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is closed all the same.
        } finally {
            open.decrementAndGet();
        }
    }

    /// Stops listening, and makes the server close all connections. Does not wait until that is done.
    public void stop() {
        scope.cancel("stopped");
        stopListening();
    }

    private void stopListening() {
        try {
            listener.close();
        } catch (IOException e) {
            // The socket is closed all the same.
        }
    }

    /// Returns the name that was given to `start`.
    public String name() {
        return name;
    }

    /// Returns the server's base URL, as `http://address:port`.
    public URI url() {
        return URI.create("http://" + hostForUrl(listener.getInetAddress()) + ":" + listener.getLocalPort());
    }

    private static String hostForUrl(InetAddress address) {
        return address.getHostAddress().contains(":")
                ? "[" + address.getHostAddress() + "]"
                : address.getHostAddress();
    }

    /// Returns the port that the server listens on.
    public int port() {
        return listener.getLocalPort();
    }

    /// Returns the number of connections that are open now.
    public int openConnections() {
        return open.get();
    }

    /// Returns the number of connections that were accepted so far.
    public int acceptedConnections() {
        return accepted.get();
    }

    /// Returns the number of requests that were read so far.
    public int requests() {
        return requests.get();
    }

    /// Waits until no connection is open. Blocks.
    ///
    /// @return false if a connection is still open after `patience`
    /// @throws InterruptedException if interrupted while waiting
    public boolean awaitNoConnections(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (open.get() > 0) {
            if (System.nanoTime() - end > 0) return false;
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    /// Waits until a client closes a connection before it received its answer, and removes the oldest such
    /// event. Blocks.
    ///
    /// @return the time at which the server noticed it, by [System#nanoTime()]
    /// @throws IllegalStateException if there is no such event within `patience`
    /// @throws InterruptedException if interrupted while waiting
    public long awaitAbandoned(Duration patience) throws InterruptedException {
        Long when = abandoned.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (when == null)
            throw new IllegalStateException("No client of '" + name + "' went away within " + patience);
        return when;
    }

    /// Returns a port of the loopback interface that refuses connections for as long as this program runs:
    /// its socket is bound, so that nothing else can be, and does not listen.
    public static int refusingPort() {
        return Refusing.SOCKET.getLocalPort();
    }

    private static final class Refusing {
        private static final Socket SOCKET = bound();

        private static Socket bound() {
            Socket socket = new Socket();
            try {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            } catch (IOException e) {
                throw new UncheckedIOException("There is no free port", e);
            }
            return socket;
        }
    }

    @Override
    public String toString() {
        return "DemoServer[" + name + " " + url() + " open=" + open + "]";
    }
}
