package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.service.HpackLiterals;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// One connection of HTTP/2 on which a test sends the frames that it likes.
public final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int CANCEL = 8;
    private static final int HEAD_BYTES = 9;

    /// A frame as it came, its payload as a character a byte.
    record Frame(int type, int flags, int stream, String payload) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }

        /// Returns the number that the payload has at an offset.
        int number(int offset) {
            return ByteBuffer.wrap(payload.getBytes(ISO_8859_1)).getInt(offset);
        }
    }

    private final Socket plain;
    private final Socket socket;
    private final DataInputStream in;
    private final HpackDecoder decoder = new HpackDecoder(1 << 20, NanoTime::now);
    private int nextStream = 1;

    /// @param tls null for HTTP/2 without TLS
    public RawHttp2(int port, @Nullable SSLContext tls) throws IOException {
        plain = RawClient.connect(port, 0);
        socket = tls == null ? plain : RawClient.handshake(plain, tls, "h2", "http/1.1");
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        send(SETTINGS, 0, 0);
    }

    /// Sends a frame.
    void send(int type, int flags, int stream, byte... payload) throws IOException {
        socket.getOutputStream().write(bytes(type, flags, stream, payload));
    }

    /// Returns a frame as it is sent.
    static byte[] bytes(int type, int flags, int stream, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + payload.length);
        frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
        return frame.array();
    }

    /// Sends bytes as they are.
    void send(byte[] frames) throws IOException {
        socket.getOutputStream().write(frames);
    }

    /// Sends a GET, and returns the number of its stream.
    ///
    /// @param headers names and values in turn
    public int get(String path, String... headers) throws IOException {
        int stream = newStream();
        send(HEADERS, END_STREAM | END_HEADERS, stream, head("GET", path, headers));
        return stream;
    }

    /// Returns the number of a stream that nothing was sent on.
    int newStream() {
        int stream = nextStream;
        nextStream += 2;
        return stream;
    }

    /// Returns the head of a request, encoded without any table.
    static byte[] head(String method, String path, String... headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":authority", "test");
        literal(block, ":path", path);
        for (int i = 0; i < headers.length; i += 2) literal(block, headers[i], headers[i + 1]);
        return block.toByteArray();
    }

    static void literal(ByteArrayOutputStream block, String name, String value) {
        HpackLiterals.add(block, name, value, UTF_8);
    }

    static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    void reset(int stream) throws IOException {
        send(RESET, 0, stream, number(CANCEL));
    }

    /// Says that the connection ends, after none of the server's streams.
    ///
    /// @param error why; 0 for no error
    void goAway(int error) throws IOException {
        send(GO_AWAY, 0, 0, ByteBuffer.allocate(8).putInt(4, error).array());
    }

    /// Reads the next frame, whatever it is. Answers to SETTINGS are sent.
    Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        Frame frame = new Frame(type, flags, stream,
                new String(in.readNBytes(length), ISO_8859_1));
        if (type == SETTINGS && !frame.has(ACK)) send(SETTINGS, ACK, 0);
        return frame;
    }

    /// Reads up to the next frame of a type.
    Frame read(int type) throws IOException {
        Frame frame = read();
        while (frame.type != type) {
            if (frame.type == HEADERS) decode(frame);
            frame = read();
        }
        return frame;
    }

    /// Reads up to the end of a stream.
    ///
    /// @throws EOFException if the connection ends, or the stream is reset
    public RawClient.Reply readReply(int stream) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        int status = 0;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame.type == HEADERS) {
                MetaData.Response head = decode(frame);
                if (frame.stream == stream) {
                    status = head.getStatus();
                    head.getHttpFields().forEach(each -> headers.put(each.getLowerCaseName(),
                            each.getValue()));
                }
            }
            if (frame.type == GO_AWAY && frame.number(4) != 0)
                throw new EOFException("Went away: " + text(frame));
            if (frame.stream != stream) continue;
            if (frame.type == RESET) throw new EOFException("Reset: " + frame.number(0));
            if (frame.type == DATA) body.writeBytes(frame.payload.getBytes(ISO_8859_1));
            if (frame.has(END_STREAM) && (frame.type == DATA || frame.type == HEADERS))
                return new RawClient.Reply(status, headers, body.toString(UTF_8));
        }
    }

    /// Returns the reason of a GOAWAY.
    static String text(Frame goAway) {
        return goAway.payload.substring(8);
    }

    MetaData.Response decode(Frame head) throws IOException {
        try {
            return (MetaData.Response) decoder
                    .decode(ByteBuffer.wrap(head.payload.getBytes(ISO_8859_1)));
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /// Reads until the connection ends, and returns the last GOAWAY; null if there was none.
    @Nullable
    Frame readToEnd() {
        Frame last = null;
        try {
            while (true) {
                Frame frame = read();
                if (frame.type == GO_AWAY) last = frame;
            }
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("The server neither closed the connection nor sent anything", silent);
        } catch (IOException end) {
            return last;
        }
    }

    /// Closes the sending side only; with TLS that is its goodbye.
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /// Closes with a reset of the connection.
    void abort() throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    /// Closes without the goodbye of TLS.
    void cut() throws IOException {
        plain.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
