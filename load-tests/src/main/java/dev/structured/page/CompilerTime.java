package dev.structured.page;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The CPU time of a JVM's compilers, read from Linux's `/proc`. A program that has been warm for long uses
/// none.
final class CompilerTime {
    private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre.*", Pattern.DOTALL);
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final Path threads;
    /// Nanoseconds by thread. A thread that has ended keeps what it had at the last look.
    private final Map<String, Long> used = new HashMap<>();

    /// @param process its id
    CompilerTime(long process) {
        this.threads = Path.of("/proc", Long.toString(process), "task");
    }

    /// Returns the time that was used since the process began; zero on a system without `/proc`. What a
    /// thread used between the last call and its end is not counted.
    Duration total() throws IOException {
        if (!Files.isDirectory(threads)) return Duration.ZERO;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) look(thread);
        }
        return Duration.ofNanos(used.values().stream().mapToLong(Long::longValue).sum());
    }

    private void look(Path thread) throws IOException {
        try {
            if (!COMPILER.matcher(Files.readString(thread.resolve("comm"))).matches()) return;
            var time = DIGITS.matcher(Files.readString(thread.resolve("schedstat")));
            if (time.find()) used.put(thread.getFileName().toString(), Long.parseLong(time.group()));
        } catch (NoSuchFileException ended) {
            // keeps what was noted of it
        }
    }
}
