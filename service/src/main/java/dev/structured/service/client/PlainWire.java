package dev.structured.service.client;

import dev.structured.service.descriptors.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A socket without encryption.
final class PlainWire implements Wire {
    private final SocketChannel channel;

    /// @param channel connected, in blocking mode
    PlainWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            var _ = channel.write(bytes);
        }
    }

    @Override
    public boolean isSilent() {
        return isSilent(channel);
    }

    /// Returns true if the channel is open and no byte waits to be read. The channel must be in blocking
    /// mode, and is in blocking mode again afterwards. A virtual thread's channel never blocks in the
    /// operating system, so that the two changes of the mode cost no system call.
    static boolean isSilent(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            int bytes = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return bytes == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public String protocol() {
        return "";
    }

    @Override
    public void close() {
        close(channel);
    }

    static void close(SocketChannel channel) {
        if (!channel.isOpen()) return;
        Descriptors.givenBack();
        try {
            channel.close();
        } catch (IOException _) {
            // The descriptor is given back all the same.
        }
    }
}
