package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.service.demo.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EncodingTest {
    private static final List<String> KEYS = List.of("encodings: [gzip, deflate, zstd]", "maxBody: 16KiB");
    private static final DownstreamConfig ALL = Rig.with(KEYS.toArray(String[]::new));

    private static byte[] encoded(String encoding, String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = switch (encoding) {
            case "gzip" -> new GZIPOutputStream(out);
            case "zstd" -> new ZstdOutputStream(out);
            default -> new DeflaterOutputStream(out);
        }) {
            encoder.write(text.getBytes(ISO_8859_1));
        }
        return out.toByteArray();
    }

    private static Action answer(String encoding, byte[] body) {
        return new Raw(
                "HTTP/1.1 200 .\r\nContent-Encoding: " + encoding + "\r\nContent-Length: " + body.length
                        + "\r\n\r\n" + new String(body, ISO_8859_1),
                Ending.KEEP);
    }

    private static void assertFails(Action action, ErrorType type, String words) {
        Rig.run(ALL, Rig.faulty(action), rig -> {
            var thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            assertEquals(type, thrown.type(), thrown::toString);
            assertTrue(String.valueOf(thrown.getMessage()).contains(words), thrown::getMessage);
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void body_is_asked_for_and_decoded(String encoding) throws Exception {
        List<Request> seen = new CopyOnWriteArrayList<>();
        byte[] body = encoded(encoding, "{\"text\":\"" + "x".repeat(10_000) + "\"}");
        Rig.run(ALL, request -> {
            seen.add(request);
            return answer(encoding, body);
        }, rig -> {
            for (int i = 0; i < 3; i++)
                assertEquals(10_000, rig.get("/").body().path("text").asText().length());
            assertEquals("gzip, deflate, zstd", seen.getFirst().header("accept-encoding"));
            assertEquals(1, rig.server.acceptedConnections());
        });
    }

    @Test
    void body_that_is_not_encoded_is_read_as_it_is() {
        Rig.run(ALL, Rig::echo, rig -> assertEquals("/plain", rig.echoed("/plain")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void bomb_is_too_large(String encoding) throws Exception {
        byte[] bomb = encoded(encoding, "\"" + "x".repeat(8_000_000) + "\"");
        assertTrue(bomb.length < 16 * 1024);
        assertFails(answer(encoding, bomb), ErrorType.BODY_TOO_LARGE, "when decoded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void bomb_is_too_large_over_TLS(String encoding) throws Exception {
        byte[] bomb = encoded(encoding, "\"" + "x".repeat(8_000_000) + "\"");
        Rig.run(Over.TLS, KEYS, Rig.faulty(answer(encoding, bomb)), rig -> {
            var thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            assertEquals(ErrorType.BODY_TOO_LARGE, thrown.type(), thrown::toString);
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    @Test
    void body_of_exactly_the_limit_is_read() throws Exception {
        byte[] body = encoded("gzip", "\"" + "x".repeat(16 * 1024 - 2) + "\"");
        Rig.run(ALL, _ -> answer("gzip", body),
                rig -> assertEquals(16 * 1024 - 2, rig.get("/").body().asText().length()));
        byte[] more = encoded("gzip", "\"" + "x".repeat(16 * 1024 - 1) + "\"");
        assertFails(answer("gzip", more), ErrorType.BODY_TOO_LARGE, "when decoded");
    }

    private static void assertDecoded(String encoding, byte[]... pieces) {
        Rig.run(ALL, _ -> answer(encoding, joined(pieces)),
                rig -> assertEquals("{\"a\":1}", rig.get("/").body().toString()));
    }

    private static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : pieces) all.writeBytes(each);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void body_may_have_several_parts(String encoding) throws Exception {
        assertDecoded(encoding, encoded(encoding, "{\"a\""), encoded(encoding, ":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void body_may_have_very_many_empty_parts(String encoding) throws Exception {
        byte[] empty = encoded(encoding, "");
        byte[][] pieces = new byte[1 + (1 << 20) / empty.length][];
        Arrays.fill(pieces, empty);
        pieces[pieces.length - 1] = encoded(encoding, "{\"a\":1}");
        DownstreamConfig large = Rig.with(KEYS.getFirst(), "maxBody: 2MiB");
        Rig.run(large, _ -> answer(encoding, joined(pieces)),
                rig -> assertEquals("{\"a\":1}", rig.get("/").body().toString()));
    }

    /// RFC 1950, 2.2: without the dictionary nothing can be decoded.
    @Test
    void body_that_needs_a_dictionary_fails() throws Exception {
        byte[] body = {0x78, (byte) 0xbb, 0, 0, 0, 1};
        assertFails(answer("deflate", body), ErrorType.CONTENT_CODING, "dictionary");
        Deflater deflater = new Deflater();
        deflater.setDictionary("{\"a\":1}".getBytes(ISO_8859_1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = new DeflaterOutputStream(out, deflater)) {
            encoder.write("{\"a\":1}".getBytes(ISO_8859_1));
        }
        assertFails(answer("deflate", out.toByteArray()), ErrorType.CONTENT_CODING, "dictionary");
    }

    /// The head of a member of gzip: extra field, name, comment, checksum of the head.
    @Test
    void head_of_a_member_is_read_and_checked() throws Exception {
        byte[] plain = encoded("gzip", "{\"a\":1}");
        byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
        byte[] head = joined(new byte[]{0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y'},
                "name\0comment\0".getBytes(ISO_8859_1));
        CRC32 sum = new CRC32();
        sum.update(head);
        byte[] checked = joined(head, new byte[]{(byte) sum.getValue(), (byte) (sum.getValue() >> 8)});
        assertDecoded("gzip", checked, rest);
        assertDecoded("gzip", encoded("gzip", " "), checked, rest);
        checked[checked.length - 1]++;
        assertFails(answer("gzip", joined(checked, rest)), ErrorType.CONTENT_CODING, "checksum of a head");
        for (int end = 1; end < head.length; end++)
            assertFails(answer("gzip", Arrays.copyOf(head, end)), ErrorType.CONTENT_CODING, "too early");
        head[3] = (byte) 0x80;
        assertFails(answer("gzip", joined(head, rest)), ErrorType.CONTENT_CODING, "unknown kind");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 5, 4, 1})
    void checksum_and_length_of_a_member_are_checked(int fromEnd) throws Exception {
        byte[] body = encoded("gzip", "{\"a\":1}");
        body[body.length - fromEnd]++;
        assertFails(answer("gzip", body), ErrorType.CONTENT_CODING, "the checksum or the length");
    }

    @ParameterizedTest
    @CsvSource({"gzip, x", "gzip, nothing that is gzip", "gzip, \u001f\u008b\b", "gzip, '\0\0\0\0\0\0\0\0'",
            "deflate, x", "zstd, x", "zstd, nothing that is zstd"})
    void body_with_something_behind_its_end_fails(String encoding, String surplus) throws Exception {
        byte[] body = joined(encoded(encoding, "{\"a\":1}"), surplus.getBytes(ISO_8859_1));
        assertFails(answer(encoding, body), ErrorType.CONTENT_CODING, "is not valid " + encoding);
    }

    /// RFC 9110, 8.4.1.3.
    /// All of its value is there, but not all of its body.
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void body_whose_last_part_is_cut_short_fails(String encoding) throws Exception {
        byte[] whole = encoded(encoding, "{\"a\":1}");
        byte[] blank = encoded(encoding, " ".repeat(100));
        for (int end : new int[]{1, 3, blank.length - 1}) {
            byte[] body = joined(whole, Arrays.copyOf(blank, blank.length - end));
            assertFails(answer(encoding, body), ErrorType.CONTENT_CODING, encoding);
        }
    }

    @Test
    void gzip_may_be_called_by_its_old_name() throws Exception {
        assertDecoded("x-gzip", encoded("gzip", "{\"a\":1}"));
    }

    /// RFC 9110, 5.6.1: empty elements of a list count for nothing.
    @ParameterizedTest
    @ValueSource(strings = {"gzip, identity", "identity, gzip", "gzip,", ", x-gzip ,", "Identity,GZIP"})
    void elements_that_say_nothing_are_left_out(String encodings) throws Exception {
        assertDecoded(encodings, encoded("gzip", "{\"a\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "identity, identity", ",", " "})
    void list_without_an_encoding_is_none(String encodings) throws Exception {
        assertDecoded(encodings, "{\"a\":1}".getBytes(ISO_8859_1));
    }

    /// RFC 9110, 8.4.1.2, tells of servers that leave the frame of RFC 1950 away.
    @Test
    void deflate_may_have_no_frame() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream encoder = new DeflaterOutputStream(out,
                new Deflater(Deflater.BEST_COMPRESSION, true))) {
            encoder.write("{\"a\":1}".getBytes(ISO_8859_1));
        }
        assertDecoded("deflate", out.toByteArray());
        assertFails(answer("deflate", Arrays.copyOf(out.toByteArray(), out.size() - 1)),
                ErrorType.CONTENT_CODING, "it ends too early");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, gzip", "gzip, br"})
    void several_encodings_are_named(String encodings) throws Exception {
        assertFails(answer(encodings, encoded("gzip", "{}")), ErrorType.CONTENT_CODING, encodings);
    }

    /// The window costs memory before anything is decoded.
    @Test
    void frame_with_a_window_over_8_MiB_is_refused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZstdOutputStream encoder = new ZstdOutputStream(out)) {
            encoder.setLong(27);
            encoder.write("\"small\"".getBytes(ISO_8859_1));
        }
        assertFails(answer("zstd", out.toByteArray()), ErrorType.CONTENT_CODING, "zstd");
    }

    @Test
    void body_that_is_no_JSON_is_told_with_its_type_its_encoding_and_the_place() throws Exception {
        byte[] body = encoded("gzip", "{\n  \"a\": oops\n}");
        Action typed = new Raw("HTTP/1.1 200 .\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: " + body.length + "\r\n\r\n" + new String(body, ISO_8859_1), Ending.KEEP);
        assertFails(typed, ErrorType.INVALID_JSON,
                "is not JSON at line 2, column 8 (content type text/html, encoding gzip)");
        assertFails(new Raw("HTTP/1.1 200 .\r\nContent-Length: 1\r\n\r\n ", Ending.KEEP),
                ErrorType.INVALID_JSON,
                "is blank (no content type)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, deflate", "compress"})
    void encoding_that_was_not_asked_for_is_named(String encoding) {
        assertFails(answer(encoding, "{}".getBytes(ISO_8859_1)), ErrorType.CONTENT_CODING, encoding);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "zstd"})
    void body_that_is_not_encoded_as_it_says_fails(String encoding) throws Exception {
        assertFails(answer(encoding, "{\"a\": 1}".getBytes(ISO_8859_1)), ErrorType.CONTENT_CODING, encoding);
        byte[] whole = encoded(encoding, "{\"text\":\"" + "x".repeat(1_000) + "\"}");
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);
        assertFails(answer(encoding, cut), ErrorType.CONTENT_CODING, encoding);
    }
}
