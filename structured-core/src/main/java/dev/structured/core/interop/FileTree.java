package dev.structured.core.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files in and below a directory, read on a worker thread, which checks now and then whether its task is
/// cancelled.
final class FileTree {
    private static final int LOOKS_AFTER = 256;

    private FileTree() {}

    static List<Path> list(Path directory, int limit) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return collect(directory, entries, limit).stream().sorted().toList();
        }
    }

    static List<Path> walk(Path directory, int limit) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            return List.copyOf(collect(directory, entries, limit));
        }
    }

    private static List<Path> collect(Path directory, Stream<Path> entries, int limit) throws IOException {
        List<Path> found = new ArrayList<>();
        try {
            for (Iterator<Path> all = entries.iterator(); all.hasNext();) {
                if (found.size() % LOOKS_AFTER == 0) Blocking.throwIfCancelled();
                if (found.size() >= limit) {
                    throw new TooLargeException("Directory '" + directory + "'", limit, "entries");
                }
                found.add(all.next());
            }
            return found;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static void delete(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) Files.walkFileTree(path, new Deleting());
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            Blocking.throwIfCancelled();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            // Another program has deleted it first.
            if (failure instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            if (failure != null) throw failure;
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
