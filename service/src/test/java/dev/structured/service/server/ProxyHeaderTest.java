package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Headers of the PROXY protocol as they come from sockets, in pieces of any size.
class ProxyHeaderTest {
    /// The twelve bytes that version 2 begins with.
    static final String BEGIN = "0d0a0d0a000d0a515549540a";
    private static final String REST = "GET / HTTP/1.1\r\n";

    static byte[] binary(String hex) {
        return HexFormat.of().parseHex(BEGIN + hex);
    }

    /// Reads a header, with a request behind it, of which nothing may be taken.
    private static String client(byte[] header, int piece) throws ProtocolException {
        ByteBuffer socket = ByteBuffer.allocate(header.length + REST.length()).put(header)
                .put(REST.getBytes(StandardCharsets.US_ASCII)).flip();
        ProxyHeader read = new ProxyHeader();
        for (int missing = read.missing(); missing > 0; missing = read.missing()) {
            int length = Math.min(missing, piece);
            read.add(socket.slice(socket.position(), length));
            socket.position(socket.position() + length);
        }
        assertEquals(REST.length(), socket.remaining());
        InetAddress client = read.client();
        return client == null ? "none" : client.getHostAddress();
    }

    @ParameterizedTest
    @CsvSource({"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443, 192.0.2.7",
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255",
            "PROXY TCP4 192.0.2.7 192.0.2.1 0 0, 192.0.2.7",
            "PROXY TCP6 2001:db8::7 2001:db8::1 56324 443, 2001:db8:0:0:0:0:0:7",
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                    + "65535 65535, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "PROXY UNKNOWN, none", "PROXY UNKNOWN ffff:f::1 whatever 1 2, none"})
    void line_of_version_1_tells_the_client(String line, String client) throws Exception {
        byte[] header = (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int piece : new int[]{1, 2, 5, 1_000}) assertEquals(client, client(header, piece));
    }

    @ParameterizedTest
    @CsvSource({"21 11 000c c0000207 c0000201 dc04 01bb, 192.0.2.7",
            "21 11 0010 c0000207 c0000201 dc04 01bb 04000100, 192.0.2.7",
            "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 dc04 01bb, "
                    + "2001:db8:0:0:0:0:0:7",
            "20 00 0000, none", "20 11 000c c0000207 c0000201 dc04 01bb, none", "21 00 0000, none",
            "21 31 0004 01020304, none", "21 12 000c c0000207 c0000201 dc04 01bb, none"})
    void bytes_of_version_2_tell_the_client(String hex, String client) throws Exception {
        for (int piece : new int[]{1, 3, 16, 5_000}) {
            assertEquals(client, client(binary(hex.replace(" ", "")), piece));
        }
    }

    @Test
    void notes_behind_the_addresses_are_passed_over() throws Exception {
        String notes = "04" + "0ff1" + "00".repeat(4_084 - 3);
        assertEquals("192.0.2.7", client(binary("2111" + "1000" + "c0000207c0000201dc0401bb" + notes), 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY  TCP4", "PROXY TCP4\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 1 2 3\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 1 65536\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 01 2\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 -1 2\r\n", "PROXY TCP4 192.0.2.256 192.0.2.1 1 2\r\n",
            "PROXY TCP4 192.0.2 192.0.2.1 1 2\r\n", "PROXY TCP4 010.0.2.7 192.0.2.1 1 2\r\n",
            "PROXY TCP4 ::1 ::1 1 2\r\n",
            "PROXY TCP6 192.0.2.7 ::1 1 2\r\n",
            "PROXY TCP6 ::1%eth0 ::1 1 2\r\n", "PROXY TCP4 localhost localhost 1 2\r\n",
            "PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n", "proxy TCP4 192.0.2.7 192.0.2.1 1 2\r\n",
            "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                    + "xxxxxxxxxxxxxxxxxxxx\r\n",
            "\r\n\r\n\u0000\r\nQUIX\n", "\r\n\r\nGET / HTTP/1.1\r\n", "\u0016\u0003\u0001 hello"})
    void other_texts_are_no_header(String text) {
        byte[] bytes = (text + "x".repeat(200)).getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(ProtocolException.class, () -> client(bytes, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"31 11 000c c0000207 c0000201 dc04 01bb",
            "01 11 000c c0000207 c0000201 dc04 01bb",
            "22 11 000c c0000207 c0000201 dc04 01bb", "21 11 000b c0000207 c0000201 dc04 01",
            "21 21 000c c0000207 c0000201 dc04 01bb", "21 11 1001 00", "21 11 ffff 00"})
    void other_bytes_are_no_header(String hex) {
        assertThrows(ProtocolException.class, () -> client(binary(hex.replace(" ", "")), 1));
    }

    /// Who waits for more than this has read something that is the client's.
    @Test
    void no_more_is_asked_for_than_the_shortest_header_has() throws Exception {
        assertTrue(new ProxyHeader().missing() <= "PROXY UNKNOWN\r\n".length());
    }
}
