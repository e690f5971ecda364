package dev.structured.service.aggregate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The form in which JSON is written here: no space between its tokens, escapes only where JSON wants them,
/// numbers without an exponent.
final class CompactJson {
    private static final String SHORT_ESCAPES = "\"\\bfnrt";
    /// The first of four bytes of UTF-8: Jackson writes such a character as two escapes.
    private static final int FOUR_BYTES = 0xf0;
    /// True for the bytes of a text that need no look.
    private static final boolean[] PLAIN = new boolean[256];
    static {
        Arrays.fill(PLAIN, 0, FOUR_BYTES, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    private CompactJson() {}

    /// Returns the bytes in which an object or list would be written after it has been read: the same array
    /// if it came like that, a copy without spaces if that is the only difference, otherwise null.
    ///
    /// @param json what is returned for bytes that are not JSON has no meaning
    static byte @Nullable [] of(byte[] json) {
        byte[] out = null;
        int length = 0;
        int from = 0; // the first byte that is not in `out` yet
        int before = 0; // the last byte that is no space, outside of texts
        for (int i = 0; i < json.length; i++) {
            int b = json[i];
            if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                if (out == null) out = new byte[json.length];
                System.arraycopy(json, from, out, length, i - from);
                length += i - from;
                from = i + 1;
                continue;
            }
            if (before == 0 && b != '{' && b != '[') return null;
            if (before >= '0' && before <= '9' && (b == 'e' || b == 'E')) return null;
            if (before == '-' && b == '0') return null;
            before = b;
            if (b == '"') {
                i = endOfText(json, i + 1);
                if (i < 0) return null;
            }
        }
        if (out == null) return json;
        System.arraycopy(json, from, out, length, json.length - from);
        return Arrays.copyOf(out, length + json.length - from);
    }

    /// Returns the place of the quote that ends a text; -1 if the text would be written otherwise.
    private static int endOfText(byte[] json, int begin) {
        for (int i = begin; i < json.length; i++) {
            int b = json[i] & 0xff;
            if (PLAIN[b]) continue;
            if (b == '"') return i;
            if (b != '\\' || ++i == json.length || SHORT_ESCAPES.indexOf(json[i]) < 0) return -1;
        }
        return -1;
    }
}
