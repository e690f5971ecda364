package dev.structured.core.interop;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Decodes the lines of one source, one after the other, and counts them.
final class LineDecoder {
    private final String source;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    /// The number of lines so far.
    private long line;

    /// @param source in words, for messages
    LineDecoder(String source) {
        this.source = source;
    }

    /// Returns the text of the next line.
    ///
    /// @param longest the largest number of characters that it may have
    String next(byte[] bytes, int longest) throws MalformedTextException, TooLargeException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length); // never more characters than bytes
        CoderResult result = decoder.reset().decode(in, out, true);
        if (result.isError()) {
            throw new MalformedTextException(source, line + 1, in.position(), bytes[in.position()]);
        }
        if (out.position() > longest) throw tooLarge(longest, "characters");
        line++;
        return out.flip().toString();
    }

    /// Returns the exception to throw if the next line has more than the limit.
    TooLargeException tooLarge(int limit, String unit) {
        return new TooLargeException("Line " + (line + 1) + " of " + source, limit, unit);
    }
}
