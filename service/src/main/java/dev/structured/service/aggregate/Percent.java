package dev.structured.service.aggregate;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent-encoding (RFC 3986) of all characters except the unreserved ones.
final class Percent {
    private static final String UNRESERVED_MARKS = "-._~";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    /// Returns the text's UTF-8 bytes, encoded.
    ///
    /// @throws CharacterCodingException if the text is not Unicode: it has an unpaired surrogate
    static String encode(String text) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        StringBuilder encoded = new StringBuilder(bytes.remaining());
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (isUnreserved(next)) {
                encoded.append((char) next);
            } else {
                HEX.toHexDigits(encoded.append('%'), next);
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte next) {
        boolean letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
        boolean digit = next >= '0' && next <= '9';
        return letter || digit || UNRESERVED_MARKS.indexOf(next) >= 0;
    }
}
