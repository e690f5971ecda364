package dev.structured.service.client;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The bytes of one body. A body whose length is announced is copied once, into an array of that length.
final class BodyBuffer {
    /// The largest memory that is reserved for an announced length, since a head alone must not cost more.
    private static final int MOST_BELIEVED = 64 * 1024;
    private static final int FIRST = 1024;
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int length;

    /// Prepares for a body of the announced length; for one of unknown length if it is negative.
    void expect(long announced) {
        if (announced > 0) bytes = new byte[(int) Math.min(announced, MOST_BELIEVED)];
    }

    /// Adds all bytes of the buffer.
    void add(ByteBuffer more) {
        int count = more.remaining();
        if (count > bytes.length - length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), Math.max(FIRST, doubled)));
        }
        more.get(bytes, length, count);
        length += count;
    }

    /// Returns the bytes that were added. The array is the buffer's own if the body has the announced length.
    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
