package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/// A socket with TLS. Buffers must have an array.
final class TlsWire implements Wire {
    private final SocketChannel channel;
    private final SSLSocket socket;
    private boolean used;

    /// @param channel under the socket; in blocking mode
    /// @param socket after the handshake
    TlsWire(SocketChannel channel, SSLSocket socket) {
        this.channel = channel;
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int bytes = socket.getInputStream().read(into.array(), into.arrayOffset() + into.position(),
                into.remaining());
        if (bytes > 0) into.position(into.position() + bytes);
        return bytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        used = true;
        socket.getOutputStream().write(bytes.array(), bytes.arrayOffset() + bytes.position(),
                bytes.remaining());
        bytes.position(bytes.limit());
    }

    /// True before the first request: the tickets for a resumption follow the handshake, and cannot be told
    /// from an answer without reading them. Later also false when a message of TLS itself waits, such as the
    /// downstream's goodbye. Nothing that arrives between two exchanges is worth keeping the connection for.
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

    /// Closes the socket under TLS: a goodbye could block, and HTTP says itself where a message ends.
    @Override
    public void close() {
        PlainWire.close(channel);
    }
}
