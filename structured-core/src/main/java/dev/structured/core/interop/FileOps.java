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

/// Files and directories, for tasks: each operation runs on a [worker thread][Blocking], as a virtual thread
/// cannot let go of its carrier while it waits for a disk.
///
/// ```java
/// Config config = parse(FileOps.readString(file, 1_000_000));  // at most a million bytes
/// FileOps.replace(file, render(config));                       // all or nothing
/// ```
///
/// All are **checkpoints**. A cancellation is honest about what a disk can do: it is noticed before the
/// operation, and between the pieces of 256 KiB in which content is read and written; a single call of the
/// machine is waited for. An operation that was cancelled has not happened, except that a plain write may
/// have written a part: [#replace] does not. Text is UTF-8.
///
/// They share a group of 32 threads of their own: enough for a disk to be busy, and work of
/// other kinds is not kept waiting by a slow one.
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
    /// @param limit in bytes
    /// @throws TooLargeException if there is more
    public static byte[] read(Path file, int limit) throws IOException {
        return WORKERS.call(() -> FileContent.read(file, limit));
    }

    /// Returns the text of the file. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// @param limit in bytes
    /// @throws TooLargeException if there is more
    public static String readString(Path file, int limit) throws IOException {
        return new String(read(file, limit), StandardCharsets.UTF_8);
    }

    /// Calls the body for each line of the file, in the calling task; no more than some hundred lines are
    /// read ahead. Takes any end of line that is in use.
    ///
    /// @param longest how many characters a line may have
    /// @throws X what the body throws
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

    /// Writes the file, which is made or overwritten. If it is cancelled or fails, a part may have been
    /// written.
    public static void write(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> FileContent.write(file, content, CREATE, TRUNCATE_EXISTING, WRITE));
    }

    /// Writes the text to the file, which is made or overwritten.
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Writes at the end of the file, which is made if there is none. If it is cancelled or fails, a part may
    /// have been written.
    public static void append(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> FileContent.write(file, content, CREATE, APPEND));
    }

    /// Writes the text at the end of the file, which is made if there is none.
    public static void append(Path file, String text) throws IOException {
        append(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Puts the content in the place of what is in the file, in one step that is all or nothing, also if the
    /// machine loses its power. Permissions stay; of a symbolic link the target is replaced.
    public static void replace(Path file, byte[] content) throws IOException {
        WORKERS.run(() -> Replacement.replace(file, content));
    }

    /// Puts the text in the place of what is in the file, in one step.
    public static void replace(Path file, String text) throws IOException {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /* --- Directories --- */

    /// Returns the entries of the directory, in the order of their names.
    ///
    /// @param limit how many entries
    /// @throws TooLargeException if there are more
    public static List<Path> list(Path directory, int limit) throws IOException {
        return WORKERS.call(() -> FileTree.list(directory, limit));
    }

    /// Returns everything below the directory and itself, each directory before what is in it. Does not
    /// follow links.
    ///
    /// @param limit how many entries
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

    /// Makes the directory and those above it, unless they are there.
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

    /// Makes an empty file for the block, and deletes it at the end, whatever is cancelled.
    ///
    /// @param prefix first part of its name
    /// @return what the block returns
    /// @throws X what the block throws
    public static <T extends @Nullable Object, X extends Exception> T withTempFile(String prefix,
            Fn<Path, T, X> body) throws IOException, X {
        Path file = WORKERS.call(() -> Files.createTempFile(prefix, null));
        return FileScope.call(() -> body.apply(file), () -> delete(file));
    }

    /// Makes an empty directory for the block, and deletes it with everything in it at the end, whatever is
    /// cancelled.
    ///
    /// @param prefix first part of its name
    /// @return what the block returns
    /// @throws X what the block throws
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
    /// @param directory what is directly in it, not what is further below
    /// @return what the block returns
    /// @throws X what the block throws
    public static <T extends @Nullable Object, X extends Exception> T watch(Path directory,
            Fn<FileWatch, T, X> body) throws IOException, X {
        FileWatch watch = WORKERS.call(() -> new FileWatch(directory));
        return FileScope.call(() -> body.apply(watch), () -> WORKERS.run(watch::close));
    }

}
