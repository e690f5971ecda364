package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One connection on which a test says what it likes, byte for byte.
public final class RawClient implements AutoCloseable {
    private static final int MILLIS = 60_000;

    private final Socket plain;
    private final Socket socket;
    private final InputStream in;

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /// @param receives how many bytes its socket takes before it is read; 0 for as many as usual
    public RawClient(int port, int receives) throws IOException {
        plain = connect(port, receives);
        socket = plain;
        in = socket.getInputStream();
    }

    /// A connection with TLS.
    ///
    /// @param protocols what is offered by ALPN
    public RawClient(int port, SSLContext tls, String... protocols) throws IOException {
        plain = connect(port, 0);
        socket = handshake(plain, tls, protocols);
        in = socket.getInputStream();
    }

    /// Opens a socket.
    static Socket connect(int port, int receives) throws IOException {
        Socket opened = new Socket();
        if (receives > 0) opened.setReceiveBufferSize(receives);
        opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        opened.setSoTimeout(MILLIS);
        opened.setTcpNoDelay(true);
        return opened;
    }

    /// Begins TLS on a socket.
    static SSLSocket handshake(Socket under, SSLContext tls, String... protocols) throws IOException {
        SSLSocket opened = (SSLSocket) tls.getSocketFactory().createSocket(under, "127.0.0.1", 1, true);
        SSLParameters parameters = opened.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        opened.setSSLParameters(parameters);
        opened.startHandshake();
        return opened;
    }

    /// An answer as it came.
    public record Reply(int status, Map<String, String> headers, String body) {
        public String header(String name) {
            return Objects.requireNonNull(headers.get(name.toLowerCase(Locale.ROOT)),
                    () -> "no header " + name + " in " + headers);
        }
    }

    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /// Sends, and returns false when the connection no longer takes it.
    public boolean trySend(String text) {
        try {
            send(text);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /// Sends a GET with the usual headers.
    public RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /// Reads one answer, whose body must have a length.
    public Reply read() throws IOException {
        Reply head = readHead();
        int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
        return new Reply(head.status, head.headers, readBytes(length));
    }

    /// Reads one chunk of a body that comes in chunks; the last one is empty. Jetty sends the end of a
    /// chunk's line with the next chunk, so it is not waited for.
    public String readChunk() throws IOException {
        String size = line();
        if (size.isEmpty()) size = line();
        int length = Integer.parseInt(size, 16);
        if (length == 0) assertEquals("", line());
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// Reads all chunks that are left.
    public String readChunks() throws IOException {
        StringBuilder body = new StringBuilder();
        for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) body.append(chunk);
        return body.toString();
    }

    /// Reads the head of an answer; its body is empty.
    public Reply readHead() throws IOException {
        int status = Integer.parseInt(line().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return new Reply(status, headers, "");
    }

    /// Reads a body of this length.
    public String readBytes(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// Reads everything until the server closes.
    public String readAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /// Returns true when the server has closed the connection; blocks until it does something.
    public boolean atEnd() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("The server neither closed the connection nor sent anything", silent);
        } catch (IOException reset) {
            return true;
        }
    }

    /// Closes the sending side only.
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /// Closes with a reset instead of a FIN.
    public void reset() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    /// Closes without the goodbye of TLS.
    public void cut() throws IOException {
        plain.close();
    }

    /// Returns the socket, with TLS if there is TLS.
    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) throw new EOFException("The server closed the connection after: " + line);
            if (c != '\r') line.write(c);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
