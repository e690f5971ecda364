package dev.structured.core.interop;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program to be run, with its settings. Immutable: each method that changes a setting returns a changed
/// copy.
///
/// ```java
/// Command log = Command.of("git", "log", "--oneline").withDirectory(repository).withVariable("LC_ALL", "C");
/// ```
///
/// There is no shell: the program gets the words as they are, without any expansion.
public final class Command {
    private static final int LIMIT = 16 * 1024 * 1024;

    /// The directory and the environment in which the program starts.
    private record Surroundings(@Nullable Path directory, Map<String, String> variables, boolean inherits) {}

    /// The targets of the program's output.
    ///
    /// @param errors the target of its errors; null if they are mixed into the output
    private record Streams(Redirect output, @Nullable Redirect errors, int limit) {}

    private final List<String> words;
    private final Surroundings surroundings;
    private final Streams streams;
    private final Ending ending;

    private Command(List<String> words, Surroundings surroundings, Streams streams, Ending ending) {
        this.words = words;
        this.surroundings = surroundings;
        this.streams = streams;
        this.ending = ending;
    }

    /// Returns a command that runs in the directory and environment of this JVM, has 5 s to end when it is
    /// asked to, and whose output and errors are read, up to 16 MiB of each.
    ///
    /// @param words the program, and its arguments
    /// @throws IllegalArgumentException if there is no program
    public static Command of(String... words) {
        if (words.length == 0)
            throw new IllegalArgumentException("A command needs a program: its first word");
        return new Command(List.of(words), new Surroundings(null, Map.of(), true),
                new Streams(Redirect.PIPE, Redirect.PIPE, LIMIT), Ending.DEFAULT);
    }

    /* --- Surroundings --- */

    /// Returns a copy that runs in the directory.
    public Command withDirectory(Path where) {
        return in(new Surroundings(where, surroundings.variables, surroundings.inherits));
    }

    /// Returns a copy with a variable of the environment set.
    public Command withVariable(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(surroundings.variables);
        more.put(name, value);
        return in(new Surroundings(surroundings.directory, Map.copyOf(more), surroundings.inherits));
    }

    /// Returns a copy whose environment has only the variables that are [set][#withVariable].
    public Command withoutInheritedEnvironment() {
        return in(new Surroundings(surroundings.directory, surroundings.variables, false));
    }

    private Command in(Surroundings others) {
        return new Command(words, others, streams, ending);
    }

    /* --- Output --- */

    /// Returns a copy whose standard output does not go to the caller, but to a file (`Redirect.to(file)`,
    /// `Redirect.appendTo(file)`), to the standard output of this JVM (`Redirect.INHERIT`), or nowhere
    /// (`Redirect.DISCARD`). With `Redirect.PIPE`, the default, the caller reads it.
    ///
    /// @throws IllegalArgumentException if the redirect is for reading
    public Command withOutput(Redirect target) {
        return writing(new Streams(writable(target), streams.errors, streams.limit));
    }

    /// Returns a copy whose standard error goes elsewhere, like [its output][#withOutput].
    ///
    /// @throws IllegalArgumentException if the redirect is for reading
    public Command withErrors(Redirect target) {
        return writing(new Streams(streams.output, writable(target), streams.limit));
    }

    /// Returns a copy whose standard error is mixed into its standard output, wherever that goes.
    public Command withMergedErrors() {
        return writing(new Streams(streams.output, null, streams.limit));
    }

    /// Returns a copy with a limit for the bytes that [Subprocess#run] accepts of its output, and of its
    /// errors.
    ///
    /// @throws IllegalArgumentException if it is negative
    public Command withLimit(int bytes) {
        if (bytes < 0) throw new IllegalArgumentException("The limit must not be negative: " + bytes);
        return writing(new Streams(streams.output, streams.errors, bytes));
    }

    private Command writing(Streams others) {
        return new Command(words, surroundings, others, ending);
    }

    private static Redirect writable(Redirect target) {
        if (target.type() == Redirect.Type.READ) {
            throw new IllegalArgumentException("A program cannot write to a redirect for reading: "
                    + target + ". Give Redirect.to(file) or Redirect.appendTo(file).");
        }
        return target;
    }

    /* --- The end --- */

    /// Returns a copy with another time in which the program may end after it was asked to; then it is
    /// killed.
    ///
    /// @throws IllegalArgumentException if it is negative
    public Command withGrace(Duration time) {
        return ending(ending.withGrace(time));
    }

    /// Returns a copy that is asked to end by a signal other than `TERM`: `INT`, for example, or `QUIT`,
    /// which makes nginx shut down gracefully. Signals other than `TERM` and `KILL` need a Unix with a shell
    /// in `/bin/sh`, and the command does not start without one.
    public Command withStopSignal(Signal signal) {
        return ending(ending.withSignal(signal));
    }

    /// Returns a copy that runs in a session of its own, and so in a process group of its own. When the call
    /// of [Subprocess] ends, all processes of that session are ended, including processes whose parents have
    /// ended before, and those that the program has left in the background when it ended by itself. Without a
    /// session, only processes whose parents are alive are found, and only while the program is alive.
    ///
    /// Signals of the terminal, such as Ctrl+C, do not reach the session. A process that opens a session of
    /// its own, as daemons do, has left this one and is not ended; nor is a process of another user. No
    /// process is ended if this JVM itself is killed.
    ///
    /// Needs Linux with the program `setsid`; the command does not start without it.
    public Command withOwnSession() {
        return ending(ending.withOwnSession());
    }

    private Command ending(Ending other) {
        return new Command(words, surroundings, streams, other);
    }

    /* --- Its settings --- */

    /// Returns the program and its arguments.
    public List<String> words() {
        return words;
    }

    /// Returns the time in which the program may end after it was asked to.
    public Duration grace() {
        return ending.grace();
    }

    /// Returns the largest number of bytes that [Subprocess#run] accepts of its output, and of its errors.
    public int limit() {
        return streams.limit;
    }

    Ending ending() {
        return ending;
    }

    /// @throws IOException if this machine lacks the means to end the command as it asks
    ProcessBuilder builder() throws IOException {
        ending.requirePossible();
        ProcessBuilder builder = new ProcessBuilder(
                ending.ownSession() ? Session.words(words, surroundings.directory) : words);
        if (surroundings.directory != null) builder.directory(surroundings.directory.toFile());
        if (!surroundings.inherits) builder.environment().clear();
        builder.environment().putAll(surroundings.variables);
        builder.redirectOutput(streams.output);
        if (streams.errors == null) builder.redirectErrorStream(true);
        else
            builder.redirectError(streams.errors);
        return builder;
    }

    /// Returns the program's name, without its arguments: those may hold secrets.
    String program() {
        return words.getFirst();
    }

    @Override
    public String toString() {
        return "Command['" + program() + "']";
    }
}
