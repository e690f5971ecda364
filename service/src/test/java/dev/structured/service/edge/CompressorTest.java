package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import dev.structured.service.config.ContentCoding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {
    private static final List<String> PIECES = List.of("lamp ".repeat(500), "x", "", "lamp ".repeat(9));

    @Test
    void brotli_decodes_each_piece_as_soon_as_it_is_there() throws IOException {
        Brotli4jLoader.ensureAvailability();
        DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(64 * 1024);
        try (Compressor compressor = new Compressor(ContentCoding.BR)) {
            for (String piece : PIECES) {
                byte[] encoded = compressor.piece(piece.getBytes(StandardCharsets.UTF_8), false);
                assertEquals(piece, decoded(decoder, encoded));
            }
            assertEquals("end",
                    decoded(decoder, compressor.piece("end".getBytes(StandardCharsets.UTF_8), true)));
            assertEquals(DecoderJNI.Status.DONE, decoder.getStatus());
        }
        decoder.destroy();
    }

    private static String decoded(DecoderJNI.Wrapper decoder, byte[] encoded) {
        decoder.getInputBuffer().put(0, encoded);
        decoder.push(encoded.length);
        StringBuilder text = new StringBuilder();
        while (decoder.hasOutput())
            text.append(StandardCharsets.UTF_8.decode(decoder.pull()));
        return text.toString();
    }

    @Test
    void pieces_are_one_body() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Compressor compressor = new Compressor(ContentCoding.GZIP)) {
            for (String piece : PIECES) {
                all.writeBytes(compressor.piece(piece.getBytes(StandardCharsets.UTF_8), false));
            }
            all.writeBytes(compressor.piece(new byte[0], true));
        }
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(all.toByteArray()))) {
            assertArrayEquals(String.join("", PIECES).getBytes(StandardCharsets.UTF_8), body.readAllBytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void body_that_is_not_a_whole_array_is_left_as_it_is(ContentCoding coding) {
        ByteBuffer body = ByteBuffer.wrap("0123456789".repeat(200).getBytes(StandardCharsets.UTF_8), 5, 1000);
        ByteBuffer encoded = Compressor.whole(body, coding);
        assertEquals(1000, body.remaining());
        assertEquals(encoded, Compressor.whole(body, coding));
    }
}
