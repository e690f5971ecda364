package dev.structured.service.aggregate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An object or list of a downstream that is written as the bytes it came in, without a tree of it.
///
/// The bytes are the same that writing a tree of it would make. A body for which that is not so (an escape
/// that need not be one, a number with an exponent, a character beyond 16 bits) gets a tree: [#of] decides.
/// Nothing can be read inside such a node; [#tree] makes one in which it can.
///
/// Jackson writes it by way of [SerializableString]. Only the methods that its writers of raw values use are
/// there.
public final class SplicedJson extends JsonSerializable.Base implements SerializableString {
    /// Jackson reads no longer text; a shorter body has none.
    private static final int LONGEST = 20_000_000;

    private final byte[] utf8;

    private SplicedJson(byte[] utf8) {
        this.utf8 = utf8;
    }

    /// Returns the value that the bytes contain, as [StrictJson#read] does, but for objects and lists as a
    /// node that cannot be read, where that makes no difference to what is written.
    ///
    /// @throws NotJsonException if the bytes are not one JSON value by the rules of [StrictJson]
    public static JsonNode of(byte[] bytes) throws NotJsonException {
        byte[] written = bytes.length <= LONGEST ? CompactJson.of(bytes) : null;
        if (written == null || !StrictJson.isJson(bytes)) return StrictJson.read(bytes);
        return JsonNodeFactory.instance.pojoNode(new SplicedJson(written));
    }

    /// Returns true if the value is an object or a list that [#of] has not read.
    public static boolean is(JsonNode value) {
        return of(value) != null;
    }

    /// Returns the number of bytes of a value that [#of] has not read; 0 for any other.
    public static int length(JsonNode value) {
        SplicedJson spliced = of(value);
        return spliced == null ? 0 : spliced.utf8.length;
    }

    /// Returns the value as one that can be read: itself if it can.
    static JsonNode tree(JsonNode value) {
        SplicedJson spliced = of(value);
        if (spliced == null) return value;
        try {
            return StrictJson.read(spliced.utf8);
        } catch (NotJsonException e) {
            throw new IllegalStateException("It was JSON when it came", e);
        }
    }

    private static @Nullable SplicedJson of(JsonNode value) {
        return value instanceof POJONode node && node.getPojo() instanceof SplicedJson spliced
                ? spliced
                : null;
    }

    @Override
    public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
        out.writeRawValue((SerializableString) this);
    }

    @Override
    public void serializeWithType(JsonGenerator out, SerializerProvider provider,
            TypeSerializer type) throws IOException {
        serialize(out, provider);
    }

    /* --- What Jackson's writers ask for --- */

    @Override
    public String getValue() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return utf8;
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        if (utf8.length > buffer.length - offset) return -1;
        System.arraycopy(utf8, 0, buffer, offset, utf8.length);
        return utf8.length;
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public char[] asQuotedChars() {
        throw notText();
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw notText();
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw notText();
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw notText();
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        return -1; // no room: the writer takes the whole text instead
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw notText();
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(utf8);
        return utf8.length;
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw notText();
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        throw notText();
    }

    private static UnsupportedOperationException notText() {
        return new UnsupportedOperationException("This is a JSON value, and not a text in quotes");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SplicedJson that && Arrays.equals(utf8, that.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return getValue();
    }
}
