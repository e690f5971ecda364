package dev.structured.core.interop;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class FileOpsTest {
    private static final int MUCH = 10_000_000;

    @TempDir
    Path directory;

    @AfterEach
    void no_thread_is_left() {
        assertEquals(0, FileOps.statistics().running());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @StructuredTest
    void what_is_written_and_appended_is_read() throws IOException {
        FileOps.write(file("a"), "grüße");
        FileOps.append(file("a"), ", welt");
        assertEquals("grüße, welt", FileOps.readString(file("a"), 100));
        FileOps.write(file("a"), "short");
        assertEquals("short", FileOps.readString(file("a"), 5));
        assertEquals(5, FileOps.size(file("a")));
        assertThrows(NoSuchFileException.class, () -> FileOps.read(file("b"), 1));
    }

    @StructuredTest
    void content_of_several_pieces_comes_back_whole() throws IOException {
        byte[] content = new byte[3 * FileContent.PIECE + 17];
        new Random(1).nextBytes(content);
        FileOps.write(file("a"), content);
        assertArrayEquals(content, FileOps.read(file("a"), content.length));
        FileOps.replace(file("a"), content);
        assertArrayEquals(content, FileOps.read(file("a"), MUCH));
    }

    @StructuredTest
    void more_than_the_limit_is_refused_and_nothing_less() throws IOException {
        FileOps.write(file("a"), "12345");
        assertEquals("File '" + file("a") + "' has more than the 4 bytes that the caller allows."
                + " Allow more, or read it piece by piece.",
                assertThrows(TooLargeException.class, () -> FileOps.read(file("a"), 4)).getMessage());
        assertEquals(5, FileOps.read(file("a"), 5).length);
        FileOps.write(file("empty"), new byte[0]);
        assertEquals(0, FileOps.read(file("empty"), 0).length);
        assertThrows(TooLargeException.class, () -> FileOps.read(file("a"), 0));
    }

    @StructuredTest
    void file_that_is_longer_than_an_array_is_too_large_whatever_is_allowed() throws IOException {
        int longest = 1_000;
        Files.write(file("a"), new byte[longest - 1]);
        Files.write(file("b"), new byte[3 * longest]);
        Path ofUnknownSize = Path.of("/proc/self/smaps");
        assertEquals(longest - 1,
                Blocking.call(() -> FileContent.read(file("a"), Integer.MAX_VALUE, longest)).length);
        assertThrows(TooLargeException.class,
                () -> Blocking.call(() -> FileContent.read(file("b"), Integer.MAX_VALUE, longest)));
        Assumptions.assumeTrue(Files.exists(ofUnknownSize));
        assertThrows(TooLargeException.class,
                () -> Blocking.call(() -> FileContent.read(ofUnknownSize, Integer.MAX_VALUE, longest)));
    }

    @StructuredTest
    void file_that_says_it_is_empty_is_read_all_the_same() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status));
        assertTrue(FileOps.readString(status, MUCH).contains("Threads:"));
    }

    @StructuredTest
    void lines_come_in_order_with_any_end_and_of_limited_length() throws IOException {
        List<String> lines = new ArrayList<>();
        FileOps.write(file("a"), "one\ntwo\r\nthree\r\rfive");
        FileOps.forEachLine(file("a"), 5, lines::add);
        assertEquals(List.of("one", "two", "three", "", "five"), lines);
        assertTrue(assertThrows(TooLargeException.class, () -> FileOps.forEachLine(file("a"), 4, lines::add))
                .getMessage()
                .startsWith("Line 3 of file '"));

        lines.clear();
        List<String> many = IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        FileOps.write(file("b"), String.join("\n", many) + "\n");
        FileOps.forEachLine(file("b"), 4, lines::add);
        assertEquals(many, lines);
    }

    @StructuredTest
    void line_that_is_not_utf_8_is_named_and_those_before_it_are_delivered() throws IOException {
        for (int good : List.of(0, 1, 255, 256, 5_000)) {
            byte[] before = "ä\n".repeat(good).getBytes(StandardCharsets.UTF_8);
            byte[] content = Arrays.copyOf(before, before.length + 5);
            System.arraycopy(new byte[]{'x', 'y', (byte) 0xFF, '\n', 'z'}, 0, content, before.length, 5);
            FileOps.write(file("m"), content);
            List<String> lines = new ArrayList<>();
            MalformedTextException thrown = assertThrows(MalformedTextException.class,
                    () -> FileOps.forEachLine(file("m"), 5, lines::add));
            assertEquals(Collections.nCopies(good, "ä"), lines);
            assertEquals(good + 1, thrown.line());
            assertTrue(thrown.getMessage().startsWith("Line " + (good + 1) + " of file '" + file("m")
                    + "' is not UTF-8: byte 0xFF at byte 3"), thrown.getMessage());
        }
    }

    @StructuredTest
    void line_that_is_too_long_is_named_and_those_before_it_are_delivered() throws IOException {
        FileOps.write(file("l"), "a\nb\nlong");
        List<String> lines = new ArrayList<>();
        TooLargeException thrown = assertThrows(TooLargeException.class,
                () -> FileOps.forEachLine(file("l"), 3, lines::add));
        assertEquals(List.of("a", "b"), lines);
        assertTrue(thrown.getMessage().startsWith("Line 3 of file"), thrown.getMessage());
    }

    @StructuredTest
    void lists_are_sorted_and_limited_and_walks_go_below() throws IOException {
        FileOps.createDirectories(file("d/e"));
        FileOps.write(file("d/e/f"), "");
        FileOps.write(file("c"), "");
        assertEquals(List.of(file("c"), file("d")), FileOps.list(directory, 2));
        assertThrows(TooLargeException.class, () -> FileOps.list(directory, 1));
        assertEquals(Set.of(directory, file("c"), file("d"), file("d/e"), file("d/e/f")),
                Set.copyOf(FileOps.walk(directory, 5)));
        assertThrows(TooLargeException.class, () -> FileOps.walk(directory, 4));
        assertThrows(TooLargeException.class, () -> FileOps.walk(directory, -1));
        FileOps.deleteTree(file("d"));
        FileOps.deleteTree(file("d"));
        assertFalse(FileOps.exists(file("d")));
        FileOps.copy(file("c"), file("g"));
        FileOps.move(file("g"), file("c"), REPLACE_EXISTING);
        assertTrue(FileOps.delete(file("c")));
        assertFalse(FileOps.delete(file("c")));
        assertEquals(Set.of(), names());
    }

    @Nested
    class Replacing {
        @StructuredTest
        void old_content_is_there_until_the_new_one_is_and_permissions_stay() throws IOException {
            FileOps.replace(file("a"), "old");
            Files.setPosixFilePermissions(file("a"), PosixFilePermissions.fromString("rw-r-----"));
            FileOps.replace(file("a"), "new");
            assertEquals("new", FileOps.readString(file("a"), 3));
            assertEquals("rw-r-----",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file("a"))));
            assertEquals(Set.of("a"), names());
        }

        @StructuredTest
        void name_may_be_long() throws IOException {
            for (String name : List.of("n".repeat(240), "ü".repeat(100), "語".repeat(64))) {
                FileOps.write(file(name), "old");
                FileOps.replace(file(name), "new");
                assertEquals("new", FileOps.readString(file(name), 3));
                FileOps.delete(file(name));
            }
            assertEquals(Set.of(), names());
        }

        /// Another process must not be able to open it in the meantime, not even while it is empty.
        @StructuredTest
        void new_file_never_has_wider_permissions() throws IOException {
            Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
            FileOps.replace(file("secret"), "old");
            Files.setPosixFilePermissions(file("secret"), mine);
            byte[] content = new byte[1];
            Set<Set<PosixFilePermission>> seen = new HashSet<>();
            Nursery.run(nursery -> {
                Task<?> replaces = nursery.startSoon(() -> {
                    for (int i = 0; i < 200; i++) FileOps.replace(file("secret"), content);
                });
                do {
                    for (String name : names()) {
                        try {
                            seen.add(Files.getPosixFilePermissions(file(name)));
                        } catch (NoSuchFileException e) {
                            // it has been moved
                        }
                    }
                    Checkpoints.checkpoint();
                } while (!replaces.isDone());
            });
            assertEquals(Set.of(mine), seen);
        }

        @StructuredTest
        void link_stays_and_its_target_is_replaced() throws IOException {
            FileOps.write(file("target"), "old");
            Files.createSymbolicLink(file("link"), file("target"));
            FileOps.replace(file("link"), "new");
            assertTrue(Files.isSymbolicLink(file("link")));
            assertEquals("new", FileOps.readString(file("target"), 3));
        }

        @StructuredTest
        void failure_leaves_nothing_behind() throws IOException {
            FileOps.createDirectories(file("a/b"));
            assertThrows(IOException.class, () -> FileOps.replace(file("a"), "text"));
            assertEquals(Set.of("a"), names());
        }

        /// Cancelled at some moment or other: the old content or the new one, and nothing beside it.
        @StructuredTest(realTime = true)
        void cancelled_replacement_has_happened_or_not() throws IOException {
            byte[] content = new byte[4 * FileContent.PIECE];
            FileOps.replace(file("a"), "old");
            int done = 0;
            for (int i = 0; i < 100; i++) {
                long micros = 100L * i;
                boolean replaced = !Timeouts.moveOnAfter(Duration.ofNanos(1_000 * micros), () -> {
                    FileOps.replace(file("a"), content);
                    return true;
                }).isCancelled();
                assertEquals(replaced ? content.length : 3, Files.size(file("a")));
                assertEquals(Set.of("a"), names());
                if (replaced) done++;
                Files.writeString(file("a"), "old");
            }
            assertTrue(done < 100, "the first has no time at all");
        }
    }

    @StructuredTest
    void cancelled_task_does_nothing_to_files() throws IOException {
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            assertThrows(Cancelled.class, () -> FileOps.write(file("a"), "text"));
            assertThrows(Cancelled.class, () -> FileOps.replace(file("a"), "text"));
            assertEquals(Set.of(), names());
        });
    }

    @StructuredTest(realTime = true)
    void endless_read_ends_when_it_is_cancelled() throws IOException {
        Path zero = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(zero));
        assertTrue(Timeouts.moveOnAfter(Duration.ofMillis(5), () -> FileOps.read(zero, 200_000_000))
                .isCancelled());
    }

    @Nested
    class Blocks {
        @StructuredTest
        void temporary_file_and_directory_are_gone_after_the_block() throws IOException {
            Path file = FileOps.withTempFile("test", path -> {
                FileOps.write(path, "text");
                return path;
            });
            assertFalse(Files.exists(file));
            Path made = FileOps.withTempDirectory("test", path -> {
                FileOps.createDirectories(path.resolve("a/b"));
                return path;
            });
            assertFalse(Files.exists(made));
        }

        @StructuredTest
        void they_are_gone_too_when_the_block_is_cancelled_or_fails() throws IOException {
            Path[] path = new Path[1];
            CancelScope scope = new CancelScope();
            scope.run(() -> FileOps.<@Nullable Void, IOException>withTempDirectory("test", made -> {
                path[0] = made;
                FileOps.write(made.resolve("a"), "text");
                scope.cancel();
                Checkpoints.checkpoint();
                return null;
            }));
            assertTrue(scope.absorbedCancellation());
            assertFalse(Files.exists(path[0]));

            assertThrows(IllegalStateException.class, () -> FileOps.withTempFile("test", made -> {
                path[0] = made;
                throw new IllegalStateException("the block's");
            }));
            assertFalse(Files.exists(path[0]));
        }

        @StructuredTest(realTime = true)
        void end_of_a_watched_directory_is_told_once_after_its_last_changes() throws IOException {
            Path watched = Files.createDirectory(file("watched"));
            Set<FileWatch.Kind> seen = FileOps.watch(watched, watch -> {
                Files.writeString(watched.resolve("a"), "text");
                Files.delete(watched.resolve("a"));
                Files.delete(watched);
                Set<FileWatch.Kind> kinds = new HashSet<>();
                for (List<FileWatch.Change> next = watch.next(); !next.isEmpty(); next = watch.next()) {
                    next.forEach(change -> kinds.add(change.kind()));
                }
                assertTrue(Timeouts.moveOnAfter(Duration.ofMillis(50), watch::next).isCancelled());
                return kinds;
            });
            assertTrue(seen.contains(FileWatch.Kind.DELETED), seen.toString());
        }

        @StructuredTest(realTime = true)
        void changes_of_a_watched_directory_are_told() throws IOException {
            Set<String> seen = FileOps.watch(directory, watch -> Nursery.call(nursery -> {
                var writer = nursery.startSoon("writer", () -> FileOps.write(file("a"), "text"));
                List<FileWatch.Change> first = watch.next();
                assertEquals(new FileWatch.Change(FileWatch.Kind.CREATED, file("a")), first.getFirst());
                writer.await(); // or its last change may be told after the end of its file
                FileOps.delete(file("a"));
                List<FileWatch.Change> rest = watch.next();
                while (rest.stream().noneMatch(change -> change.kind() == FileWatch.Kind.DELETED))
                    rest = watch.next();
                return names();
            }));
            assertEquals(Set.of(), seen);
        }

        @StructuredTest(realTime = true)
        void watch_ends_when_it_is_cancelled() throws IOException {
            assertTrue(Timeouts
                    .moveOnAfter(Duration.ofMillis(20), () -> FileOps.watch(directory, FileWatch::next))
                    .isCancelled());
            assertNull(Thread.interrupted() ? "flag left" : null);
        }
    }
}
