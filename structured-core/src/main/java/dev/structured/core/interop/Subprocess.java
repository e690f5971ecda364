package dev.structured.core.interop;

import dev.structured.core.Action;
import dev.structured.core.BrokenException;
import dev.structured.core.Fn;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SendChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Runs other programs, either to their end or in a block with pipes. In both cases the program has ended
/// when the call returns.
///
/// ```java
/// String head = Subprocess.run("git", "rev-parse", "HEAD").orThrow().outText().strip();
///
/// long errors = Subprocess.open(Command.of("journalctl", "--follow"), journal -> {
///     long count = 0;
///     for (byte[] piece : journal.stdout()) count += errorsIn(piece);
///     return count;
/// });
/// ```
///
/// When the task is cancelled, or the block fails, the program is asked to end (SIGTERM, or its [stop
/// signal][Command#withStopSignal]), and with it all processes that it has started. A process that has not
/// ended when the [grace][Command#grace()] is over is killed (SIGKILL), and the end is awaited. So no zombie
/// is left. A process whose parent has ended before is not found: it lives on, and this does not wait for it,
/// even if it has inherited the pipes. A program in a [session of its own][Command#withOwnSession] leaves no
/// such process behind.
///
/// The output of a program is read, and its input written, until the program itself has ended: what it has
/// not read by then is dropped, even if a process that it leaves behind has the other end of the pipe.
/// Tasks read the output, without a platform thread each. Every operation that is a checkpoint throws an
/// [IllegalStateException] if the calling thread runs no task.
public final class Subprocess {
    private static final int PIECES = 16;

    private final LiveProcess process;
    private final Channel<byte[]> in = Channels.open("input of a process", PIECES);
    private final Channel<byte[]> out = Channels.open("output of a process", PIECES);
    private final Channel<byte[]> errors = Channels.open("errors of a process", PIECES);

    private Subprocess(LiveProcess process) {
        this.process = process;
    }

    /* --- To the end --- */

    /// Runs a program to its end. **Checkpoint.**
    ///
    /// @param words the program, and its arguments
    /// @throws TooLargeException if it writes more than 16 MiB
    /// @throws IOException if it cannot be started
    public static Result run(String... words) throws IOException {
        return run(Command.of(words));
    }

    /// Runs a program to its end, without input. **Checkpoint.**
    ///
    /// @throws TooLargeException if it writes more than the [limit][Command#limit()]
    /// @throws IOException if it cannot be started
    public static Result run(Command command) throws IOException {
        return run(command, new byte[0]);
    }

    /// Runs a program to its end. **Checkpoint.**
    ///
    /// @param input the program's standard input; it is no failure if the program does not read it
    /// @throws TooLargeException if it writes more than the [limit][Command#limit()]
    /// @throws IOException if it cannot be started
    public static Result run(Command command, byte[] input) throws IOException {
        Collected out = new Collected("The output", command);
        Collected errors = new Collected("What is written to the standard error", command);
        int exitCode = LiveProcess.call(command, (process, block) -> {
            block.beside("output", () -> process.pump(process.output(), out));
            block.beside("errors", () -> process.pump(process.errors(), errors));
            block.beside("input", () -> feed(process, input));
            return process.awaitExit();
        });
        return new Result(command.program(), exitCode, out.bytes.toByteArray(), errors.bytes.toByteArray());
    }

    private static void feed(LiveProcess process, byte[] input) {
        try {
            if (input.length > 0) process.feed(input);
        } catch (IOException doesNotRead) {
            // it has read what it needs, or has ended
        }
        process.closeInput();
    }

    /// The output of a process, up to a limit.
    private static final class Collected implements LiveProcess.Sink {
        private final String what;
        private final Command command;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Collected(String what, Command command) {
            this.what = what;
            this.command = command;
        }

        @Override
        public void accept(byte[] piece) throws IOException {
            if (bytes.size() + (long) piece.length > command.limit()) {
                throw new TooLargeException(what + " of '" + command.program() + "'", command.limit(),
                        "bytes");
            }
            bytes.writeBytes(piece);
        }
    }

    /// The result of a program that was run to its end.
    public static final class Result {
        private final String program;
        private final int exitCode;
        private final byte[] out;
        private final byte[] errors;

        Result(String program, int exitCode, byte[] out, byte[] errors) {
            this.program = program;
            this.exitCode = exitCode;
            this.out = out;
            this.errors = errors;
        }

        /// Returns its exit code: zero for success; usually above 128 if a signal has ended it.
        public int exitCode() {
            return exitCode;
        }

        /// Returns a copy of its standard output.
        public byte[] out() {
            return out.clone();
        }

        /// Returns its standard output, decoded as UTF-8. Bytes that are not UTF-8 become U+FFFD.
        public String outText() {
            return new String(out, StandardCharsets.UTF_8);
        }

        /// Returns a copy of its standard error.
        public byte[] errors() {
            return errors.clone();
        }

        /// Returns its standard error, decoded as UTF-8. Bytes that are not UTF-8 become U+FFFD.
        public String errorText() {
            return new String(errors, StandardCharsets.UTF_8);
        }

        /// Returns this result if the exit code is zero.
        ///
        /// @throws ExitCodeException if it is not, with the end of its standard error
        public Result orThrow() throws ExitCodeException {
            if (exitCode != 0) throw new ExitCodeException(program, exitCode, errorText());
            return this;
        }

        @Override
        public String toString() {
            return "Result['" + program + "' exitCode=" + exitCode + " out=" + out.length + " bytes errors="
                    + errors.length + " bytes]";
        }
    }

    /* --- In a block --- */

    /// Starts a program, runs the block with its pipes, and returns the block's value. **Checkpoint.**
    ///
    /// At the end of the block the program's output pipes are closed, and its input as soon as everything
    /// that was sent has been written, or the program has ended. Then the program has the
    /// [grace][Command#grace()] to end by itself; after that it is ended as if the block had been
    /// cancelled. To get all of the output, read it in the block; to let the program take its own time,
    /// call [#awaitExit()].
    ///
    /// The exit code is not checked: see [#awaitExit()].
    ///
    /// @throws X if the block throws it
    /// @throws dev.structured.core.ScopeCancelledException if the block was cut short by a cancellation that
    ///     a shield has hidden since then
    /// @throws IOException if it cannot be started, or a pipe cannot be read
    public static <T extends @Nullable Object, X extends Exception> T open(Command command,
            Fn<Subprocess, T, X> body)
            throws IOException, X {
        return LiveProcess.call(command, (process, block) -> {
            Subprocess subprocess = new Subprocess(process);
            subprocess.connect(block);
            T value = body.apply(subprocess);
            subprocess.disconnect();
            process.leave();
            return value;
        });
    }

    private void connect(HelpedBlock block) {
        block.beside("output", () -> forward(process.output(), out.sender()));
        block.beside("errors", () -> forward(process.errors(), errors.sender()));
        block.beside("input", this::feedAll);
    }

    private void forward(InputStream from, SendChannel<byte[]> to) throws IOException {
        to.feed((SendChannel<byte[]> pieces) -> {
            boolean[] wanted = {true};
            process.pump(from, piece -> {
                try {
                    if (wanted[0]) pieces.send(piece);
                } catch (BrokenException nobodyReads) {
                    wanted[0] = false; // the program is not to wait for a reader
                }
            });
        });
    }

    private void feedAll() {
        try (ReceiveChannel<byte[]> pieces = in.receiver()) {
            for (byte[] piece : pieces) process.feed(piece);
        } catch (IOException doesNotRead) {
            // closing the channel has told the senders
        }
        process.closeInput();
    }

    private void disconnect() {
        in.sender().close();
        out.receiver().close();
        errors.receiver().close();
    }

    /// Returns the channel whose bytes are written to the program's input. Closing it ends the program's
    /// input. Sending throws [BrokenException] once the program no longer reads, or has ended.
    public SendChannel<byte[]> stdin() {
        return in.sender();
    }

    /// Returns the channel of the program's output, in pieces as they come. Only a few pieces are read ahead:
    /// a program whose output is not received has to wait, unless the channel is closed. Empty if the command
    /// sends the output elsewhere.
    public ReceiveChannel<byte[]> stdout() {
        return out.receiver();
    }

    /// Returns the standard error of the program, like [#stdout()]. Empty if the command sends
    /// it elsewhere.
    public ReceiveChannel<byte[]> stderr() {
        return errors.receiver();
    }

    /// Calls the body for each line of the program's output, as UTF-8, until its end. A line is delivered as
    /// soon as it is complete. **Checkpoint.**
    ///
    /// @param longest the largest number of bytes in a line, without its end
    /// @throws X if the body throws it
    /// @throws TooLargeException if a line has more; the lines before it have been delivered
    /// @throws MalformedTextException if a line is not UTF-8; the lines before it have been delivered
    public <X extends Exception> void forEachLine(int longest, Action<String, X> body)
            throws IOException, X {
        LineSplitter lines = new LineSplitter(process.toString(), longest);
        for (byte[] piece : stdout()) lines.add(piece, body);
        lines.end(body);
    }

    /// Waits until the program has ended, and returns its exit code. **Checkpoint.** Does not read its
    /// output.
    public int awaitExit() {
        return process.awaitExit();
    }

    /// Sends a signal to the program, but not to the processes that it has started. Does nothing if it has
    /// ended. **Checkpoint.**
    ///
    /// @throws IOException if this machine cannot send the signal: signals other than `TERM` and `KILL` need
    ///     a Unix with a shell in `/bin/sh`
    public void signal(Signal signal) throws IOException {
        process.signal(signal);
    }

    /// Asks the program to end (SIGTERM), and returns at once. Does nothing if it has ended.
    public void terminate() {
        process.handle().destroy();
    }

    /// Returns the JDK's handle of it: its process number, its times, the processes that it has started.
    public ProcessHandle handle() {
        return process.handle();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
