package dev.structured.service.client;

import java.nio.ByteBuffer;

/// Changes the settings that a downstream of HTTP/2 may send, but Jetty takes for a mistake or for a negative
/// number: a table for heads, and heads, of 2^31 bytes or more, and heads of 0 bytes. They become a little
/// less than 2^31, and 1. For one connection, and one thread.
///
/// It follows the frames byte by byte, since they come in any pieces, and passes over those of other types.
/// So it also knows which of them Jetty answers.
final class LargeSettings {
    private static final int HEAD_BYTES = 9;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    /// The bytes of the answer to a PING, and of that to a frame that is refused.
    private static final int PING_BYTES = HEAD_BYTES + 8;
    private static final int RESET_BYTES = HEAD_BYTES + 4;
    private static final int WINDOW_BYTES = 4;
    private static final int TABLE_SIZE = 1;
    private static final int MAX_HEAD = 6;
    /// A setting: two bytes for the name, four for the value.
    private static final int SETTING_BYTES = 6;

    /// The next byte of the head of a frame.
    private int inHead;
    private int length;
    private int type;
    private int flags;
    private int answers;
    /// The bytes that the frame still has.
    private int left;
    /// The next byte of a setting.
    private int inSetting;
    private int name;
    /// Whether the setting, or what a window is to grow by, is 0 so far.
    private boolean zero;

    /// Looks at the next bytes of the connection, and changes them where they must be.
    ///
    /// @param bytes has an array
    /// @return the bytes of the answers to the frames that end here, or whose heads do
    int look(ByteBuffer bytes) {
        answers = 0;
        int at = bytes.position();
        while (at < bytes.limit()) {
            if (left == 0) {
                head(bytes.get(at++) & 0xff);
            } else if (type == SETTINGS) {
                left--;
                bytes.put(at, (byte) setting(bytes.get(at) & 0xff));
                at++;
            } else if (type == WINDOW_UPDATE) {
                answers += window(bytes.get(at++));
            } else {
                int passed = Math.min(left, bytes.limit() - at);
                left -= passed;
                at += passed;
            }
        }
        return answers;
    }

    private void head(int value) {
        if (inHead < 3) length = length << 8 | value;
        if (inHead == 3) type = value;
        if (inHead == 4) flags = value;
        if (++inHead < HEAD_BYTES) return;
        answers += answer();
        left = length;
        length = 0;
        inHead = 0;
        inSetting = 0;
        zero = true;
    }

    private int answer() {
        return switch (type) {
            case SETTINGS -> (flags & ACK) == 0 ? HEAD_BYTES : 0;
            case PING -> (flags & ACK) == 0 ? PING_BYTES : 0;
            default -> 0;
        };
    }

    /// Returns the bytes of the answer to a window's update that ends here, and says 0. The first bit says
    /// nothing.
    private int window(byte value) {
        zero &= (left == WINDOW_BYTES ? value & 0x7f : value) == 0;
        left--;
        return left == 0 && zero ? RESET_BYTES : 0;
    }

    /// Returns what a byte of a setting becomes.
    private int setting(int value) {
        int place = inSetting;
        inSetting = (inSetting + 1) % SETTING_BYTES;
        if (place < 2) {
            name = place == 0 ? value : name << 8 | value;
            zero = true;
            return value;
        }
        zero &= value == 0;
        if (place == 2 && value > 0x7f && (name == TABLE_SIZE || name == MAX_HEAD)) return 0x7f;
        return zero && name == MAX_HEAD && inSetting == 0 ? 1 : value;
    }
}
