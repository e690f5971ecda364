package dev.structured.service.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One connection of a [DemoServer]. Reads requests and performs the script's action for each, until either
/// side closes the connection.
///
/// While it does not write, it reads, so that it notices at once when the client goes away.
final class DemoConnection {
    private static final int LINGER_MILLIS = 200;

    private final Socket socket;
    private final RequestReader requests;
    private final OutputStream out;
    private final Function<Request, Action> script;

    /// @param script returns the action for each request
    DemoConnection(Socket socket, Function<Request, Action> script) throws IOException {
        this.socket = socket;
        this.requests = new RequestReader(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.script = script;
        socket.setTcpNoDelay(true);
    }

    /// The client closed the connection before it received its answer.
    static final class Abandoned extends IOException {
        private static final long serialVersionUID = 1;

        Abandoned(@Nullable Throwable cause) {
            super("The client went away before it received its answer", cause);
        }
    }

    /// Serves requests until the connection must be closed. The caller closes it. Blocks.
    ///
    /// @throws Abandoned if the client went away before it received its answer
    /// @throws IOException if the connection broke between two requests
    void serve() throws IOException {
        try {
            for (Request request = requests.next(); request != null; request = requests.next()) {
                if (!perform(script.apply(request))) return;
            }
        } catch (RequestReader.Refused refused) {
            refuse(refused);
        }
    }

    /// Returns true if the connection stays open.
    private boolean perform(Action action) throws IOException {
        try {
            return switch (action) {
                case Action.Answer answer -> send(answer.head() + answer.bytes());
                case Action.Raw raw -> send(raw.bytes()) && end(raw.ending());
                case Action.Endless endless -> send(endless.head()) && sendForEver(endless.repeated());
                case Action.Dripped dripped -> drip(dripped.answer(), dripped.interval());
                case Action.Sequence both -> perform(both.first()) && perform(both.then());
                case Action.Delayed delayed -> pause(delayed.delay()) && perform(delayed.then());
            };
        } catch (Abandoned e) {
            throw e;
        } catch (IOException e) {
            throw new Abandoned(e);
        }
    }

    private boolean send(String bytes) throws IOException {
        out.write(bytes.getBytes(ISO_8859_1));
        return true;
    }

    private boolean sendForEver(String bytes) throws IOException {
        byte[] block = bytes.repeat(Math.max(1, 8192 / bytes.length())).getBytes(ISO_8859_1);
        while (true)
            out.write(block);
    }

    private boolean drip(Action.Answer answer, Duration interval) throws IOException {
        send(answer.head());
        for (char b : answer.bytes().toCharArray()) {
            pause(interval);
            out.write(b);
        }
        return true;
    }

    private boolean end(Action.Ending ending) throws IOException {
        return switch (ending) {
            case KEEP -> true;
            case CLOSE -> false;
            case RESET -> {
                socket.setSoLinger(true, 0);
                yield false;
            }
            case HANG -> {
                requests.awaitEnd();
                throw new Abandoned(null);
            }
        };
    }

    private boolean pause(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            socket.setSoTimeout((int) left);
            try {
                requests.awaitEnd();
                throw new Abandoned(null);
            } catch (SocketTimeoutException e) {
                // The pause is over, and the client is still connected.
            }
        }
        socket.setSoTimeout(0);
        return true;
    }

    /// Reads until the client closes: closing a socket with unread input resets it, and the client loses the
    /// answer.
    private void refuse(RequestReader.Refused refused) throws IOException {
        send("HTTP/1.1 " + refused.status() + " .\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n"
                + refused.getMessage() + "\n");
        socket.shutdownOutput();
        socket.setSoTimeout(LINGER_MILLIS);
        try {
            requests.awaitEnd();
        } catch (SocketTimeoutException e) {
            // The client had time to read the answer.
        }
    }
}
