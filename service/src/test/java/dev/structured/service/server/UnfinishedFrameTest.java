package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnfinishedFrameTest {
    private static final long LIMIT = 100;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

    private final AtomicLong clock = new AtomicLong(1);
    private final ServiceTime time = new ServiceTime(clock::get, Long.MAX_VALUE);
    private final UnfinishedFrame frame = new UnfinishedFrame(time);

    /// Lets Jetty get bytes, behind others that it has got already.
    private void read(byte... bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(3 + bytes.length);
        buffer.put(new byte[]{9, 9, 9}).put(bytes).flip();
        frame.read(buffer, bytes.length);
        assertEquals(3 + bytes.length, buffer.remaining());
    }

    private boolean isLateAfter(long nanos) {
        clock.addAndGet(nanos);
        return frame.isLate(time.now(), LIMIT);
    }

    private static byte[] frame(int type, int flags, int length) {
        return RawHttp2.bytes(type, flags, 1, new byte[length]);
    }

    @ParameterizedTest
    @ValueSource(ints = {RawHttp2.HEADERS, RawHttp2.SETTINGS, RawHttp2.PING, RawHttp2.PRIORITY,
            RawHttp2.RESET, RawHttp2.WINDOW_UPDATE, RawHttp2.GO_AWAY, 99})
    void frame_is_due_from_its_first_byte_on(int type) {
        read(PREFACE);
        for (byte each : frame(type, RawHttp2.END_HEADERS, 8)) {
            assertFalse(isLateAfter(5));
            read(each);
        }
        assertFalse(isLateAfter(2 * LIMIT));
        for (byte each : frame(type, RawHttp2.END_HEADERS, 8)) {
            read(each);
            clock.addAndGet(LIMIT / 10);
        }
        assertFalse(isLateAfter(2 * LIMIT));
        byte[] half = frame(type, RawHttp2.END_HEADERS, 8);
        for (int i = 0; i < half.length - 1; i++) {
            read(half[i]);
            assertEquals(i >= 10, isLateAfter(LIMIT / 10 + (i == 9 ? -1 : 0)), "after byte " + i);
        }
        read(half[half.length - 1]);
        assertFalse(isLateAfter(2 * LIMIT));
    }

    @Test
    void head_in_several_frames_is_due_as_a_whole() {
        read(PREFACE);
        read(frame(RawHttp2.HEADERS, 0, 5));
        for (int i = 0; i < 9; i++) {
            assertFalse(isLateAfter(LIMIT / 10));
            read(frame(RawHttp2.CONTINUATION, 0, 1));
        }
        assertTrue(isLateAfter(LIMIT / 10));
        read(frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 0));
        assertFalse(isLateAfter(2 * LIMIT));
    }

    @Test
    void body_is_not_due() {
        read(PREFACE);
        byte[] data = frame(RawHttp2.DATA, 0, 100);
        for (byte each : data) {
            read(each);
            assertFalse(isLateAfter(LIMIT / 10));
        }
        read(Arrays.copyOf(data, 50));
        assertFalse(isLateAfter(2 * LIMIT));
    }

    /// However the bytes of many frames are cut, only the last one is unfinished.
    @Test
    void each_frame_has_its_own_time() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(PREFACE);
        for (int i = 0; i < 50; i++) {
            all.writeBytes(frame(RawHttp2.HEADERS, i % 2 == 0 ? RawHttp2.END_HEADERS : 0, i));
            if (i % 2 == 1) all.writeBytes(frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 100));
            all.writeBytes(frame(RawHttp2.DATA, 0, 10 * i));
        }
        byte[] bytes = all.toByteArray();
        for (int piece = 20; piece < 200; piece += 7) {
            UnfinishedFrame cut = new UnfinishedFrame(time);
            for (int at = 0; at < bytes.length; at += piece) {
                int count = Math.min(piece, bytes.length - at);
                cut.read(ByteBuffer.wrap(bytes, at, count), count);
                clock.addAndGet(LIMIT / 20);
                assertFalse(cut.isLate(time.now(), LIMIT), "in pieces of " + piece);
            }
            clock.addAndGet(2 * LIMIT);
            assertFalse(cut.isLate(time.now(), LIMIT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nX: y", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rx", "P", ""})
    void other_protocols_have_no_frames(String begin) {
        for (byte each : begin.getBytes(US_ASCII)) read(each);
        frame.received();
        assertFalse(isLateAfter(2 * LIMIT));
    }

    @Test
    void bytes_that_cannot_be_decrypted_are_due() {
        read(PREFACE);
        frame.received();
        clock.addAndGet(LIMIT / 2);
        frame.received();
        assertTrue(isLateAfter(LIMIT / 2));
        read(frame(RawHttp2.PING, 0, 8));
        assertFalse(isLateAfter(2 * LIMIT));
    }
}
