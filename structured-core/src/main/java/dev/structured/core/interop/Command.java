package dev.structured.core.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program to be run, and how. Immutable: each of the methods that change something returns a changed copy.
///
/// ```java
/// Command log = Command.of("git", "log", "--oneline").withDirectory(repository).withVariable("LC_ALL", "C");
/// ```
///
/// There is no shell: the words reach the program as they are, and nothing in them is expanded.
///
/// @param words the program, and its arguments
/// @param directory where it runs; null for that of this JVM
/// @param environment what is set besides what is inherited
/// @param inherits whether it begins with the environment of this JVM
/// @param grace how long it has to end after it was asked to; then it is killed
/// @param limit how many bytes [Subprocess#run] takes of its output, and as many of its errors
/// @param errors what becomes of what it writes to its standard error
public record Command(List<String> words, @Nullable Path directory, Map<String, String> environment,
        boolean inherits, Duration grace, int limit, Errors errors) {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int LIMIT = 16 * 1024 * 1024;

    /// The use of a program's standard error.
    public enum Errors {
        /// It is read by itself.
        PIPE,
        /// It is mixed into the standard output.
        MERGE,
        /// Nothing.
        DISCARD
    }

    /// Makes a command of all that there is to it.
    ///
    /// @throws IllegalArgumentException if there is no program, or the grace or the limit is negative
    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty()) throw new IllegalArgumentException("A command needs a program: its first word");
        if (grace.isNegative())
            throw new IllegalArgumentException("The grace must not be negative: " + grace);
        if (limit < 0) throw new IllegalArgumentException("The limit must not be negative: " + limit);
    }

    /// Returns a command that runs in the directory and environment of this JVM, has 5 s to end when it is
    /// asked to, and whose output and errors may have 16 MiB each.
    ///
    /// @param words the program, and its arguments
    /// @throws IllegalArgumentException if there is no program
    public static Command of(String... words) {
        return new Command(List.of(words), null, Map.of(), true, GRACE, LIMIT, Errors.PIPE);
    }

    /// Returns a copy that runs in the directory.
    public Command withDirectory(Path where) {
        return new Command(words, where, environment, inherits, grace, limit, errors);
    }

    /// Returns a copy with a variable of the environment set.
    public Command withVariable(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(words, directory, more, inherits, grace, limit, errors);
    }

    /// Returns a copy whose environment has only what is [set][#withVariable].
    public Command withoutInheritedEnvironment() {
        return new Command(words, directory, environment, false, grace, limit, errors);
    }

    /// Returns a copy that has another time to end.
    ///
    /// @throws IllegalArgumentException if it is negative
    public Command withGrace(Duration time) {
        return new Command(words, directory, environment, inherits, time, limit, errors);
    }

    /// Returns a copy whose output, and whose errors, may have so many bytes.
    ///
    /// @throws IllegalArgumentException if it is negative
    public Command withLimit(int bytes) {
        return new Command(words, directory, environment, inherits, grace, bytes, errors);
    }

    /// Returns a copy whose errors are treated in this way.
    public Command withErrors(Errors treatment) {
        return new Command(words, directory, environment, inherits, grace, limit, treatment);
    }

    ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words);
        if (directory != null) builder.directory(directory.toFile());
        if (!inherits) builder.environment().clear();
        builder.environment().putAll(environment);
        if (errors == Errors.MERGE) builder.redirectErrorStream(true);
        if (errors == Errors.DISCARD) builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder;
    }

    /// Returns the program's name, without its arguments: those may hold what is nobody's business.
    String program() {
        return words.getFirst();
    }
}
