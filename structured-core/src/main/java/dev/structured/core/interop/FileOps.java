package dev.structured.core.interop;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.structured.core.Action;
import dev.structured.core.Fn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Operations on files and directories for tasks. Each runs on a [worker thread][Blocking], since a virtual
/// thread cannot release its carrier while it waits for a disk.
///
/// ```java
/// Config config = parse(FileOps.readString(file, 1_000_000));  // at most a million bytes
/// FileOps.replace(file, render(config));                       // all or nothing
/// ```
///
/// All are **checkpoints**. A cancellation is noticed before the operation, and between the pieces of 256 KiB
/// in which content is read and written; a single system call is awaited. An operation that was cancelled has
/// not happened, except that a plain write may have written a part; [#replace] does not. If the calling
/// thread runs no task, they throw an [IllegalStateException]. Text is UTF-8.
///
/// They share a group of 32 threads of their own: enough to keep a disk busy, and a slow disk does not delay
/// other work.
public final class FileOps {
    private static final int THREADS = 32;
    private static final Workers WORKERS = new Workers("files", THREADS);

    private FileOps() {}

    /// Returns the statistics of the threads that all these operations share. **Not a checkpoint.**
    public static Workers.Statistics statistics() {
        return WORKERS.statistics();
    }

    /* --- Content --- */

    /// Returns the content of the file.
    ///
    /// @param limit the largest size, in bytes; no more than 2,147,483,630 fit into an array
    /// @throws TooLargeException if there is more
    public static byte[] read(Path file, int limit) throws IOException {
        return WORKERS.call(() -> FileContent.read(file, limit));
    }

    /// Returns the text of the file. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// @param limit the largest size, in bytes; no more than 2,147,483,630 fit into an array
    /// @throws TooLargeException if there is more
    public static String readString(Path file, int limit) throws IOException {
        return new String(read(file, limit), StandardCharsets.UTF_8);
    }

    /// Calls the body for each line of the file, in the calling task; at most a few hundred lines are read
    /// ahead. Accepts every common end of line.
    ///
    /// @param longest the largest number of characters in a line, without its end
    /// @throws X if the body throws it
    /// @throws TooLargeException if a line has more; the lines before it have been delivered
    /// @throws MalformedTextException if a line is not UTF-8; the lines before it have been delivered
    public static <X extends Exception> void forEachLine(Path file, int longest, Action<String, X> body)
            throws IOException, X {
        LineReader reader = WORKERS.call(() -> new LineReader(file, longest));
        FileScope.<@Nullable Void, X>call(() -> {
            for (List<String> lines = next(reader); !lines.isEmpty(); lines = next(reader)) {
                for (String line : lines) body.accept(line);
            }
            return null;
        }, () -> WORKERS.run(reader::close));
    }

    private static List<String> next(LineReader reader) throws IOException {
        return WORKERS.call(reader::next);
    }

    /// Writes the file; creates or overwrites it. If this is cancelled or fails, a part may have been
    /// written.
    public static void write(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> FileContent.write(file, content, CREATE, TRUNCATE_EXISTING, WRITE));
    }

    /// Writes the text to the file; creates or overwrites it.
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes at the end of the file; creates it if there is none. If this is cancelled or fails, a part may
    /// have been written.
    public static void append(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> FileContent.write(file, content, CREATE, APPEND));
    }

    /// Writes the text at the end of the file; creates it if there is none.
    public static void append(Path file, String text) throws IOException {
        append(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Replaces the content of the file in one step, completely or not at all, even if the machine loses
    /// power. Permissions are kept; if the file is a symbolic link, its target is replaced.
    public static void replace(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> Replacement.replace(file, content));
    }

    /// Replaces the content of the file by the text in one step.
    public static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /* --- Directories --- */

    /// Returns the entries of the directory, in the order of their names.
    ///
    /// @param limit the largest number of entries
    /// @throws TooLargeException if there are more
    public static List<Path> list(Path directory, int limit) throws IOException {
        return WORKERS.call(() -> FileTree.list(directory, limit));
    }

    /// Returns the directory itself and everything below it, each directory before its entries. Does not
    /// follow links.
    ///
    /// @param limit the largest number of entries
    /// @throws TooLargeException if there are more
    public static List<Path> walk(Path directory, int limit) throws IOException {
        return WORKERS.call(() -> FileTree.walk(directory, limit));
    }

    /// Returns true if there is such a file or directory.
    public static boolean exists(Path path) {
        return WORKERS.call(() -> Files.exists(path));
    }

    /// Returns the size of the file in bytes.
    public static long size(Path file) throws IOException {
        return WORKERS.call(() -> Files.size(file));
    }

    /// Creates the directory and those above it, unless they exist.
    public static void createDirectories(Path directory) throws IOException {
        WORKERS.run(() -> {
            Files.createDirectories(directory);
        });
    }

    /// Copies a file, as [Files#copy(Path, Path, CopyOption...)] does. Cannot be cancelled once it has begun.
    public static void copy(Path from, Path to, CopyOption... options) throws IOException {
        WORKERS.run(() -> {
            Files.copy(from, to, options);
        });
    }

    /// Moves a file or directory, as [Files#move(Path, Path, CopyOption...)] does. Cannot be cancelled once
    /// it has begun.
    public static void move(Path from, Path to, CopyOption... options) throws IOException {
        WORKERS.run(() -> {
            Files.move(from, to, options);
        });
    }

    /// Deletes the file, or the directory if it is empty.
    ///
    /// @return false if there was none
    public static boolean delete(Path path) throws IOException {
        return WORKERS.call(() -> Files.deleteIfExists(path));
    }

    /// Deletes the directory with everything below it, or the file. Does not follow links. If it is cancelled
    /// or fails, a part may have been deleted.
    public static void deleteTree(Path path) throws IOException {
        WORKERS.run(() -> FileTree.delete(path));
    }

    /* --- For a block --- */

    /// Creates an empty file for the block, and deletes it at the end, even if the task is cancelled.
    ///
    /// @param prefix first part of its name
    /// @return the block's value
    /// @throws X if the block throws it
    public static <T extends @Nullable Object, X extends Exception> T withTempFile(String prefix,
            Fn<Path, T, X> body) throws IOException, X {
        Path file = WORKERS.call(() -> Files.createTempFile(prefix, null));
        return FileScope.call(() -> body.apply(file), () -> delete(file));
    }

    /// Creates an empty directory for the block, and deletes it with everything in it at the end, whatever is
    /// cancelled.
    ///
    /// @param prefix first part of its name
    /// @return the block's value
    /// @throws X if the block throws it
    public static <T extends @Nullable Object, X extends Exception> T withTempDirectory(String prefix,
            Fn<Path, T, X> body) throws IOException, X {
        Path directory = WORKERS.call(() -> Files.createTempDirectory(prefix));
        return FileScope.call(() -> body.apply(directory), () -> deleteTree(directory));
    }

    /// Watches a directory during the block.
    ///
    /// ```java
    /// FileOps.watch(configuration, watch -> {
    ///     while (true) {
    ///         for (FileWatch.Change change : watch.next()) reload(change.path());
    ///     }
    /// });
    /// ```
    ///
    /// @param directory its direct entries are watched, not those further below
    /// @return the block's value
    /// @throws X if the block throws it
    public static <T extends @Nullable Object, X extends Exception> T watch(Path directory,
            Fn<FileWatch, T, X> body) throws IOException, X {
        FileWatch watch = WORKERS.call(() -> new FileWatch(directory));
        return FileScope.call(() -> body.apply(watch), () -> WORKERS.run(watch::close));
    }

}
