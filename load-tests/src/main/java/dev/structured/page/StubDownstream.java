package dev.structured.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.structured.core.Nursery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// A downstream that answers each request at once with the same bytes.
final class StubDownstream {
    private static final int MOST_REQUEST_BYTES = 16 * 1024;
    private static final int BACKLOG = 1_024;
    private static final String RECORD = "{\"id\":1042,\"name\":\"A thing of some kind\",\"price\":10.50,"
            + "\"tags\":[\"new\",\"blue\"],\"stock\":null,\"text\":\"It is what it is, and \\\"more\\\".\"}";

    private final ServerSocketChannel listener;
    private final byte[] answer;

    private StubDownstream(ServerSocketChannel listener, byte[] answer) {
        this.listener = listener;
        this.answer = answer;
    }

    /// Starts it on any free port of the loopback address.
    ///
    /// @param nursery owns its connections, and ends it when cancelled
    /// @param bodyBytes the length of the JSON that it answers with
    static StubDownstream start(Nursery nursery, int bodyBytes) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        StubDownstream stub = new StubDownstream(listener, answer(bodyBytes));
        nursery.startSoon("stub", () -> stub.accept(nursery));
        return stub;
    }

    /// Returns JSON of about that length: an object with a text, or with a list of records if there is room.
    static String body(int bytes) {
        int records = bytes / (RECORD.length() + 1);
        if (records > 1) return "{\"id\":42,\"items\":[" + (RECORD + ",").repeat(records - 1) + RECORD + "]}";
        return "{\"id\":42,\"text\":\"" + "x".repeat(Math.max(0, bytes - 19)) + "\"}";
    }

    private static byte[] answer(int bodyBytes) {
        String body = body(bodyBytes);
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body).getBytes(US_ASCII);
    }

    /// Returns its address, as `http://address:port`.
    String url() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        return "http://127.0.0.1:" + address.getPort();
    }

    private void accept(Nursery nursery) throws IOException {
        try (listener) {
            while (true) {
                SocketChannel channel = listener.accept();
                nursery.startSoon("connection", () -> serve(channel));
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer request = ByteBuffer.allocate(MOST_REQUEST_BYTES);
            while (channel.read(request) >= 0) {
                if (!isComplete(request)) continue;
                request.clear();
                ByteBuffer out = ByteBuffer.wrap(answer);
                while (out.hasRemaining()) {
                    var _ = channel.write(out);
                }
            }
        } catch (IOException _) {
            // The client has gone away, which is no error.
        }
    }

    /// Returns true if the bytes end with an empty line: a GET is then complete.
    private static boolean isComplete(ByteBuffer bytes) {
        int end = bytes.position();
        return end >= 4 && bytes.get(end - 1) == '\n' && bytes.get(end - 3) == '\n';
    }
}
