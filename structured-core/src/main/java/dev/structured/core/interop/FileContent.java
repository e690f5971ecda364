package dev.structured.core.interop;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads and writes the content of a file piece by piece on a worker thread. A single read or write cannot be
/// stopped; between two of them the worker checks whether its task is cancelled.
final class FileContent {
    static final int PIECE = 256 * 1024;
    /// No JVM makes much longer arrays.
    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

    private FileContent() {}

    static byte[] read(Path file, int limit) throws IOException {
        return read(file, limit, LONGEST_ARRAY);
    }

    /// @param longest the length of the longest array
    static byte[] read(Path file, int allowed, int longest) throws IOException {
        int limit = Math.min(allowed, longest - 1); // one more byte tells that there are too many
        try (FileChannel channel = FileChannel.open(file, READ)) {
            // The size of the file is only a hint: some files report zero, and others grow.
            byte[] content = new byte[Math.max(1, (int) Math.min(limit, channel.size())) + 1];
            int length = 0;
            while (true) {
                Blocking.throwIfCancelled();
                if (length == content.length) content = Arrays.copyOf(content, grown(length, longest));
                int count = channel.read(
                        ByteBuffer.wrap(content, length, Math.min(PIECE, content.length - length)));
                if (count < 0) return Arrays.copyOf(content, length);
                length += count;
                if (length > limit) throw new TooLargeException("File '" + file + "'", limit, "bytes");
            }
        }
    }

    private static int grown(int length, int longest) {
        return (int) Math.min(longest, Math.max(PIECE, 2L * length));
    }

    static void write(Path file, byte[] content, OpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            write(channel, content);
        }
    }

    static void write(FileChannel channel, byte[] content) throws IOException {
        for (int from = 0; from < content.length; from += PIECE) {
            Blocking.throwIfCancelled();
            ByteBuffer piece = ByteBuffer.wrap(content, from, Math.min(PIECE, content.length - from));
            while (piece.hasRemaining())
                channel.write(piece);
        }
    }
}
