package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;

/// A socket with TLS. Buffers must have an array.
final class TlsWire implements Wire {
    /// How long a broken connection is listened to for the reason.
    private static final int REASON_MILLIS = 1_000;

    private final SocketChannel channel;
    private final SSLSocket socket;
    private boolean used;
    /// Whether anything was read.
    private volatile boolean heard;

    /// @param channel the channel under the socket, in blocking mode
    /// @param socket the socket after the handshake
    TlsWire(SocketChannel channel, SSLSocket socket) {
        this.channel = channel;
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int bytes;
        try {
            bytes = socket.getInputStream().read(into.array(), into.arrayOffset() + into.position(),
                    into.remaining());
        } catch (IOException e) {
            throw explained(e);
        }
        heard = true;
        if (bytes > 0) into.position(into.position() + bytes);
        return bytes;
    }

    /// {@inheritDoc} The JDK takes any end for one in order, but shuts down the input only if no close_notify
    /// has come.
    @Override
    public boolean mayBeCutShort() {
        return socket.isInputShutdown();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        used = true;
        try {
            socket.getOutputStream().write(bytes.array(), bytes.arrayOffset() + bytes.position(),
                    bytes.remaining());
        } catch (IOException e) {
            throw explained(e);
        }
        bytes.position(bytes.limit());
    }

    /// {@inheritDoc} With TLS 1.3 the handshake has ended for this side when the downstream looks at its
    /// certificate, so the first write may meet a connection that has been closed for want of one.
    @Override
    public IOException reason(IOException failed) {
        if (heard) return failed;
        try {
            socket.setSoTimeout(REASON_MILLIS);
            int _ = socket.getInputStream().read();
            return failed;
        } catch (IOException said) {
            return isRefusal(said) ? explained(said) : failed;
        }
    }

    /// Who does not trust the service may close the connection before it can say so.
    private IOException explained(IOException e) {
        if (heard) return e;
        return isRefusal(e)
                ? new NotTrustedException("The downstream does not trust the service: " + e.getMessage(), e)
                : new IOException(
                        e.getMessage() + " (right after the TLS handshake; does the downstream ask for"
                                + " a certificate?)",
                        e);
    }

    /// Returns true for an alert of the handshake, also where another task has read it before.
    private static boolean isRefusal(IOException e) {
        return e instanceof SSLHandshakeException || e.getCause() instanceof SSLHandshakeException;
    }

    /// Returns true before the first request: the tickets for a resumption follow the handshake, and cannot
    /// be distinguished from an answer without reading them. Later also returns false if a message of TLS
    /// itself waits, such as the downstream's close_notify: such a connection is not worth keeping.
    @Override
    public boolean isSilent() {
        try {
            return !used || (socket.getInputStream().available() == 0 && PlainWire.isSilent(channel));
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public String protocol() {
        String agreed = socket.getApplicationProtocol();
        return agreed == null ? "" : agreed;
    }

    /// Closes the socket under TLS: a close_notify could block, and HTTP itself marks the end of a message.
    @Override
    public void close() {
        PlainWire.close(channel);
    }
}
