package dev.structured.service;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;

/// Encodes header fields of HTTP/2 as literals, without any table and without Huffman's code (RFC 7541,
/// 6.2.2).
public final class HpackLiterals {
    private HpackLiterals() {}

    /// Adds a field to a block.
    ///
    /// @param charset in which name and value are written
    public static void add(ByteArrayOutputStream block, String name, String value, Charset charset) {
        block.write(0);
        add(block, name.getBytes(charset));
        add(block, value.getBytes(charset));
    }

    private static void add(ByteArrayOutputStream block, byte[] bytes) {
        int length = bytes.length;
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            for (length -= 127; length >= 128; length >>= 7) block.write((length & 127) | 128);
            block.write(length);
        }
        block.writeBytes(bytes);
    }
}
