package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.structured.service.config.IpLiteral;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The first bytes of a connection, with which a proxy names the client: version 1, a line of text, or
/// version 2, in binary (HAProxy's "The PROXY protocol", 2.1 and 2.2). It is read to its end and no further,
/// since the bytes after it are the client's. Not thread-safe.
final class ProxyHeader {
    private static final byte[] BEGIN_1 = "PROXY ".getBytes(US_ASCII);
    private static final byte[] BEGIN_2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int LONGEST_1 = 107;
    private static final int HEAD_2 = 16;
    /// After the addresses there may be notes of the proxy, which are ignored.
    private static final int LONGEST_2 = HEAD_2 + 4_096;
    private static final int LENGTH_AT = 14;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP_4 = 0x11;
    private static final int TCP_6 = 0x21;

    private final ByteBuffer read = ByteBuffer.allocate(LONGEST_2);
    private @Nullable InetAddress client;

    /// Returns the address of the client; null if the header has none, as in a proxy's health check.
    @Nullable
    InetAddress client() {
        return client;
    }

    /// Adds bytes, at most as many as [#missing] returned.
    void add(ByteBuffer bytes) {
        read.put(bytes);
    }

    /// Returns the number of bytes that must be read next; 0 once the header is complete.
    ///
    /// @throws ProtocolException if this is no such header
    int missing() throws ProtocolException {
        int length = read.position();
        if (length < BEGIN_1.length) return BEGIN_1.length - length;
        if (beginsWith(BEGIN_1)) return missing1(length);
        if (length < HEAD_2) {
            if (!beginsWith(Arrays.copyOf(BEGIN_2, Math.min(length, BEGIN_2.length)))) throw malformed();
            return HEAD_2 - length;
        }
        if (!beginsWith(BEGIN_2)) throw malformed();
        int whole = HEAD_2 + (read.getShort(LENGTH_AT) & 0xffff);
        if (whole > LONGEST_2) throw malformed();
        if (length == whole) read2(whole);
        return whole - length;
    }

    private boolean beginsWith(byte[] begin) {
        return Arrays.equals(read.array(), 0, begin.length, begin, 0, begin.length);
    }

    /* --- Version 1 --- */

    private int missing1(int length) throws ProtocolException {
        if (read.get(length - 1) != '\n') {
            if (length == LONGEST_1) throw malformed();
            return 1;
        }
        if (read.get(length - 2) != '\r') throw malformed();
        String[] words = new String(read.array(), 0, length - 2, US_ASCII).split(" ", -1);
        if (words[1].equals("UNKNOWN")) return 0;
        int bytes = words[1].equals("TCP4") ? 4 : 16;
        boolean whole = words.length == 6 && (bytes == 4 || words[1].equals("TCP6"))
                && isPort(words[4]) && isPort(words[5]) && address(words[3], bytes) != null;
        client = whole ? address(words[2], bytes) : null;
        if (client == null) throw malformed();
        return 0;
    }

    private static boolean isPort(String text) {
        return text.matches("0|[1-9][0-9]{0,4}") && Integer.parseInt(text) < 1 << 16;
    }

    private static @Nullable InetAddress address(String text, int bytes) {
        InetAddress address = text.matches("[0-9A-Fa-f:.]*") ? IpLiteral.parse(text) : null;
        return address == null || (bytes == 4) == text.contains(":") ? null : address;
    }

    /* --- Version 2 --- */

    private void read2(int whole) throws ProtocolException {
        int command = read.get(12) & 0xff;
        if (command == LOCAL) return;
        if (command != PROXY) throw malformed();
        int bytes = switch (read.get(13)) {
            case TCP_4 -> 4;
            case TCP_6 -> 16;
            default -> 0; // a kind of connection without an address that means something here
        };
        if (bytes == 0) return;
        if (whole < HEAD_2 + 2 * bytes + 4) throw malformed();
        try {
            client = InetAddress.getByAddress(Arrays.copyOfRange(read.array(), HEAD_2, HEAD_2 + bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }

    private static ProtocolException malformed() {
        return new ProtocolException("Not a header of the PROXY protocol");
    }
}
