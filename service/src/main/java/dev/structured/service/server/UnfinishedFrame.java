package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/// Follows the bytes that a client sends on one connection, and knows since when a frame of HTTP/2 is
/// unfinished.
///
/// Jetty has only an idle timeout for it, which every byte restarts. While the block of a head is open, no
/// other frame may come, so a client that sends one slowly holds up everything else on its connection. The
/// frames of bodies (DATA) have a rate of their own and do not count. The connection is known to be one of
/// HTTP/2 by its first bytes. Used by Jetty's thread that reads, except for [#isLate] and [#received].
final class UnfinishedFrame {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int OTHER_PROTOCOL = -1;
    /// A frame begins with its length in 3 bytes, its type, its flags, and its stream in 4 bytes.
    private static final int BEGINNING = 9;
    private static final int LENGTH_BYTES = 3;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final long NONE = 0;

    private final ServiceTime time;
    /// The bytes of the preface that have come; [#OTHER_PROTOCOL] if the connection began otherwise.
    private volatile int preface;
    /// The bytes of a frame's beginning that have come.
    private int begun;
    private int length;
    private int type;
    private int flags;
    /// The bytes of a frame behind its beginning that have not come yet.
    private int missing;
    /// True if the fields of a head go on in another frame.
    private boolean blockOpen;
    /// The time since which the present frame, or the block of a head, is unfinished.
    private volatile long since = NONE;
    /// The time since which bytes have come that are not readable yet: a part of a record of TLS.
    private volatile long encryptedSince = NONE;

    UnfinishedFrame(ServiceTime time) {
        this.time = time;
    }

    /// Returns true if a frame has been unfinished for `limit` nanoseconds.
    boolean isLate(long now, long limit) {
        return isLate(since, now, limit) || isLate(encryptedSince, now, limit);
    }

    private static boolean isLate(long begin, long now, long limit) {
        return begin != NONE && now - begin >= limit;
    }

    /// Called when bytes have come that may have to be decrypted, while no request is in flight. So they
    /// belong to no body, which may be slower.
    void received() {
        if (preface == PREFACE.length && encryptedSince == NONE) encryptedSince = time.now();
    }

    /// Follows bytes that Jetty gets.
    ///
    /// @param buffer ends with these bytes; not changed
    /// @param count how many they are
    void read(ByteBuffer buffer, int count) {
        if (preface == OTHER_PROTOCOL) return;
        encryptedSince = NONE;
        int at = buffer.limit() - count;
        while (at < buffer.limit() && preface < PREFACE.length) {
            preface = buffer.get(at++) == PREFACE[preface] ? preface + 1 : OTHER_PROTOCOL;
            if (preface == OTHER_PROTOCOL) return;
        }
        while (at < buffer.limit()) {
            if (begun < BEGINNING) {
                begin(buffer.get(at++) & 0xff);
            } else {
                int skipped = Math.min(missing, buffer.limit() - at);
                missing -= skipped;
                at += skipped;
            }
            if (begun == BEGINNING && missing == 0) end();
        }
        if (!isUnfinished()) since = NONE;
        else if (since == NONE) since = time.now();
    }

    private void begin(int octet) {
        if (begun < LENGTH_BYTES) length = length << 8 | octet;
        else if (begun == LENGTH_BYTES) type = octet;
        else if (begun == LENGTH_BYTES + 1) flags = octet;
        begun++;
        if (begun == BEGINNING) missing = length;
    }

    private void end() {
        if (type == HEADERS || type == CONTINUATION) blockOpen = (flags & END_HEADERS) == 0;
        if (!blockOpen) since = NONE;
        begun = 0;
        length = 0;
    }

    private boolean isUnfinished() {
        if (blockOpen) return true;
        return begun > 0 && !(begun == BEGINNING && type == DATA);
    }
}
