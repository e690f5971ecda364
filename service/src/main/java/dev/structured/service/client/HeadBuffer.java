package dev.structured.service.client;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The bytes of one request of HTTP/1.1, as they are put together.
final class HeadBuffer implements FieldSink {
    private static final byte[] COLON = {':', ' '};
    private static final byte[] END_OF_LINE = {'\r', '\n'};

    private byte[] bytes;
    private int length;

    /// @param capacity the expected number of bytes
    HeadBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    HeadBuffer add(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    /// Adds text as ISO 8859-1. A character that could end a field, or that is no byte, becomes a space, so
    /// that a value cannot add anything to a head.
    HeadBuffer add(String text) {
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) printable(text.charAt(i));
        }
        return this;
    }

    /// Returns the text in a form that is valid in a field: each character that could end the field is
    /// replaced by a space.
    static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (printable(text.charAt(i)) == text.charAt(i)) continue;
            StringBuilder clean = new StringBuilder(text.length());
            text.chars().forEach(c -> clean.append(printable((char) c)));
            return clean.toString();
        }
        return text;
    }

    /// Returns the text in a form that is valid in a field of HTTP/2: [printable][#printable(String)], and
    /// without blanks at its ends, which make the whole head malformed there (RFC 9113, 8.2.1). HTTP/1.1
    /// ignores them.
    static String value(String text) {
        return printable(text).strip();
    }

    private static char printable(char c) {
        return (c >= ' ' && c <= 0xff && c != 0x7f) || c == '\t' ? c : ' ';
    }

    @Override
    public void field(String name, String value) {
        add(name).add(COLON).add(value).endLine();
    }

    @Override
    public void fields(Prepared prepared) {
        add(prepared.lines);
    }

    /// Ends a line.
    HeadBuffer endLine() {
        return add(END_OF_LINE);
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }

    int length() {
        return length;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /// Returns the bytes, ready to be read. The buffer must not be used any more.
    ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
