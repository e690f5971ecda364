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
    private Replacement() {}

    static void replace(Path target, byte[] content) throws IOException {
        Path place = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
        Path directory = place.getParent();
        if (directory == null) throw new IOException("'" + target + "' cannot be a file");
        Path fresh = directory.resolve("." + place.getFileName() + "." + UUID.randomUUID() + ".new");
        boolean moved = false;
        try {
            writeForced(fresh, content);
            keepPermissions(place, fresh);
            Blocking.throwIfCancelled(); // the last moment at which nothing has happened
            Files.move(fresh, place, ATOMIC_MOVE, REPLACE_EXISTING);
            moved = true;
        } finally {
            if (!moved) Files.deleteIfExists(fresh);
        }
        force(directory);
    }

    private static void writeForced(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
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
