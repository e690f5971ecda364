package dev.structured.core.interop;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;

/// Replaces an old file by a new one in a single step, on a worker thread.
///
/// The content is written to a file beside it, which is forced to the disk and then renamed; after that the
/// directory is forced to the disk too. A reader sees either the old content or the new one, even after the
/// machine has lost power.
final class Replacement {
    /// Systems allow 255 bytes, and a character may have three.
    private static final int LONGEST_NAME = 64;

    private Replacement() {}

    static void replace(Path target, byte[] content) throws IOException {
        Path place = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
        Path directory = place.getParent();
        if (directory == null) throw new IOException("'" + target + "' cannot be a file");
        Path fresh = directory.resolve(freshName(place.getFileName().toString()));
        boolean moved = false;
        try {
            writeForced(fresh, place, content);
            Blocking.throwIfCancelled(); // the last moment at which nothing has happened
            Files.move(fresh, place, ATOMIC_MOVE, REPLACE_EXISTING);
            moved = true;
        } finally {
            if (!moved) Files.deleteIfExists(fresh);
        }
        force(directory);
    }

    /// Returns a name that shows whose new content it has, unless it would be longer than names can be.
    private static String freshName(String name) {
        String end = UUID.randomUUID() + ".new";
        return "." + (name.length() > LONGEST_NAME ? end : name + "." + end);
    }

    /// The permissions come before the content, which may not be for everybody.
    private static void writeForced(Path file, Path target, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
            keepPermissions(target, file);
            FileContent.write(channel, content);
            channel.force(true);
        }
    }

    private static void keepPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView before = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        PosixFileAttributeView now = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (before == null || now == null || !Files.exists(from)) return;
        now.setPermissions(before.readAttributes().permissions());
    }

    /// Not every system can open a directory for that; the file is in its place in any case.
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // the rename may be lost with the power, but not the content
        }
    }
}
