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
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// Replaces an old file by a new one in a single step, on a worker thread.
///
/// The content is written to a file beside it, which is forced to the disk and then renamed; after that the
/// directory is forced to the disk too. A reader sees either the old content or the new one, even after the
/// machine has lost power.
final class Replacement {
    /// Systems allow 255 bytes, and a character may have three.
    private static final int LONGEST_NAME = 64;
    private static final FileAttribute<?> MINE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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

    private static void writeForced(Path file, Path target, byte[] content) throws IOException {
        try (FileChannel channel = create(file, target)) {
            FileContent.write(channel, content);
            channel.force(true);
        }
    }

    /// Creates a file that has the permissions of the target, if there is one. Nobody else can open it before
    /// it has them: the content that is written later may not be for everybody.
    private static FileChannel create(Path file, Path target) throws IOException {
        PosixFileAttributeView wanted = Files.getFileAttributeView(target, PosixFileAttributeView.class);
        if (wanted == null || !Files.exists(target)) return FileChannel.open(file, CREATE_NEW, WRITE);
        FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), MINE);
        try {
            Files.setPosixFilePermissions(file, wanted.readAttributes().permissions());
            return channel;
        } catch (Throwable failed) {
            try (channel) {
                throw failed;
            }
        }
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
