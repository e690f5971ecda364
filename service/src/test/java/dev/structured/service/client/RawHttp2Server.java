package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Nursery;
import dev.structured.service.HpackLiterals;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A downstream that speaks HTTP/2 without TLS and sends the frames that its script likes.
final class RawHttp2Server {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    /// Settings.
    static final int TABLE_SIZE = 1;
    static final int MAX_STREAMS = 3;
    static final int MAX_HEAD = 6;
    /// What is answered.
    static final String GOOD = "{\"ok\":true}";
    private static final int PREFACE_BYTES = 24;
    private static final int HEAD_BYTES = 9;

    /// A frame of the client, its payload as a character a byte.
    record Frame(int type, int flags, int stream, String payload) {
        /// Returns the number that the payload has at an offset.
        int number(int offset) {
            return ByteBuffer.wrap(payload.getBytes(ISO_8859_1)).getInt(offset);
        }
    }

    /// Answers one request.
    interface Script {
        /// Answers.
        ///
        /// @param stream of the request, whose head has arrived
        void answer(Connection connection, int stream) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    /// What clients have sent, but for heads, SETTINGS and what is about windows.
    final List<Frame> received = new CopyOnWriteArrayList<>();
    /// The payload of the first SETTINGS.
    volatile byte[] settings = {};
    volatile Script script = RawHttp2Server::good;

    RawHttp2Server() throws IOException {}

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /// Accepts connections until cancelled.
    void run() throws IOException {
        try (listener) {
            Nursery.run(nursery -> {
                while (true) {
                    Socket socket = listener.accept();
                    connections.incrementAndGet();
                    nursery.startSoon("connection", () -> serve(socket));
                }
            });
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Connection(socket).serve();
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /// Answers with an object.
    static void good(Connection connection, int stream) throws IOException {
        connection.send(HEADERS, END_HEADERS, stream, status(200));
        connection.send(DATA, END_STREAM, stream, GOOD.getBytes(ISO_8859_1));
    }

    /// Returns the head of an answer.
    ///
    /// @param fields names and values in turn
    static byte[] status(int status, String... fields) {
        return joined(fields(":status", Integer.toString(status)), fields(fields));
    }

    /// Returns a head with any fields, encoded without any table.
    ///
    /// @param fields names and values in turn
    static byte[] fields(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) literal(block, fields[i], fields[i + 1]);
        return block.toByteArray();
    }

    static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : pieces) all.writeBytes(each);
        return all.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        HpackLiterals.add(block, name, value, ISO_8859_1);
    }

    static byte[] numbers(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int each : values) bytes.putInt(each);
        return bytes.array();
    }

    /// Returns a setting as it is sent.
    static byte[] setting(int name, int value) {
        return ByteBuffer.allocate(6).putShort((short) name).putInt(value).array();
    }

    final class Connection {
        private final Socket socket;
        private final DataInputStream in;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
        }

        private void serve() throws IOException {
            in.readFully(new byte[PREFACE_BYTES]);
            send(SETTINGS, 0, 0, settings);
            while (true) {
                Frame frame = read();
                switch (frame.type) {
                    case SETTINGS -> {
                        if ((frame.flags & ACK) == 0) send(SETTINGS, ACK, 0);
                    }
                    case HEADERS -> {
                        requests.incrementAndGet();
                        script.answer(this, frame.stream);
                    }
                    case PING -> {
                        if ((frame.flags & ACK) == 0)
                            send(PING, ACK, 0, frame.payload.getBytes(ISO_8859_1));
                        received.add(frame);
                    }
                    case WINDOW_UPDATE -> {
                        // Whoever sends little needs no window.
                    }
                    default -> received.add(frame);
                }
            }
        }

        private Frame read() throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & Integer.MAX_VALUE;
            return new Frame(type, flags, stream, new String(in.readNBytes(length), ISO_8859_1));
        }

        /// Sends a frame.
        synchronized void send(int type, int flags, int stream, byte... payload) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + payload.length);
            frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
            socket.getOutputStream().write(frame.array());
        }

        /// Sends bytes as they are.
        synchronized void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
