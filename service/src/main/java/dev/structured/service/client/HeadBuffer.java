package dev.structured.service.client;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The bytes of one request, as they are put together.
final class HeadBuffer {
    private byte[] bytes;
    private int length;

    /// @param capacity how many bytes are expected
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
            char c = text.charAt(i);
            boolean fit = (c >= ' ' && c <= 0xff && c != 0x7f) || c == '\t';
            bytes[length++] = (byte) (fit ? c : ' ');
        }
        return this;
    }

    /// Adds a decimal number.
    HeadBuffer add(long number) {
        return add(Long.toString(number));
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
