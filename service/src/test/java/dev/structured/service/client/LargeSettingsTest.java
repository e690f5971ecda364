package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargeSettingsTest {
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] frame(int type, String payload) {
        byte[] bytes = HEX.parseHex(payload);
        return ByteBuffer.allocate(9 + bytes.length).putInt(bytes.length << 8 | type).put((byte) 0).putInt(0)
                .put(bytes).array();
    }

    private static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : pieces) all.writeBytes(each);
        return all.toByteArray();
    }

    /// Returns the bytes after a look at them in pieces.
    private static String seen(byte[] bytes, int piece) {
        LargeSettings settings = new LargeSettings();
        byte[] changed = bytes.clone();
        for (int from = 0; from < changed.length; from += piece)
            settings.look(ByteBuffer.wrap(changed, from, Math.min(piece, changed.length - from)));
        return HEX.formatHex(changed);
    }

    @ParameterizedTest
    @CsvSource({"000680000000, 00067f000000", "0006ffffffff, 00067fffffff", "000600000000, 000600000001",
            "0001ffffffff, 00017fffffff", "000100000000, 000100000000", "00067fffffff, 00067fffffff",
            "000600000001, 000600000001", "000600000100, 000600000100", "0004ffffffff, 0004ffffffff",
            "0106ffffffff, 0106ffffffff", "000300000000000600000000, 000300000000000600000001",
            "000600000000000680000000, 00060000000100067f000000"})
    void settings_become_those_that_can_be_obeyed_in_whatever_pieces_they_come(String sent, String read) {
        byte[] all = joined(frame(4, ""), frame(0, "0006ffffffff"), frame(4, sent), frame(4, "0002"),
                frame(4, sent), frame(1, sent));
        byte[] expected = joined(frame(4, ""), frame(0, "0006ffffffff"), frame(4, read), frame(4, "0002"),
                frame(4, read), frame(1, sent));
        for (int piece = 1; piece <= all.length; piece++)
            assertEquals(HEX.formatHex(expected), seen(all, piece));
    }

    @Test
    void large_frames_are_passed_over() {
        byte[] data = new byte[100_000];
        Arrays.fill(data, (byte) 4);
        byte[] all = joined(frame(0, HEX.formatHex(data)), frame(4, "0006ffffffff"));
        byte[] expected = joined(frame(0, HEX.formatHex(data)), frame(4, "00067fffffff"));
        assertEquals(HEX.formatHex(expected), seen(all, 8_192));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 4, 0", "4, 0, 9", "4, 1, 0", "6, 0, 17", "6, 1, 0", "7, 0, 0", "8, 0, 13",
            "99, 0, 0"})
    void bytes_of_answers_are_told(int type, int flags, int answer) {
        byte[] one = frame(type, "0000000000000000");
        one[4] = (byte) flags;
        LargeSettings settings = new LargeSettings();
        assertEquals(3 * answer, settings.look(ByteBuffer.wrap(joined(one, one, one))));
        assertEquals(0, settings.look(ByteBuffer.wrap(one, 0, 8)));
        assertEquals(answer, settings.look(ByteBuffer.wrap(one, 8, one.length - 8)));
    }

    @ParameterizedTest
    @CsvSource({"00000000, 13", "80000000, 13", "00000001, 0", "00010000, 0", "7fffffff, 0", "80000001, 0"})
    void update_of_a_window_is_answered_only_if_it_says_0(String growth, int answer) {
        byte[] one = frame(8, growth);
        for (int piece = 1; piece <= one.length; piece++) {
            LargeSettings settings = new LargeSettings();
            int told = 0;
            for (int from = 0; from < one.length; from += piece)
                told += settings.look(ByteBuffer.wrap(one, from, Math.min(piece, one.length - from)));
            assertEquals(answer, told);
        }
    }
}
