package dev.structured.core.interop;

/// A Unix signal. Other processes or a terminal send it to this JVM ([Signals]), and this JVM sends it to a
/// program that it runs ([Subprocess#signal], [Command#withStopSignal]).
public enum Signal {
    /// Asks a program to end. Sent by `kill`, service managers and container engines.
    TERM(15),
    /// Ctrl+C.
    INT(2),
    /// The terminal has been closed. By custom, asks a server to read its configuration again.
    HUP(1),
    /// Ctrl+\. Ends a program and leaves a core file. Some servers shut down gracefully; a JVM prints its
    /// threads.
    QUIT(3),
    /// Its meaning is up to each program.
    USR1(10),
    /// Its meaning is up to each program.
    USR2(12),
    /// Ends a program at once. A program cannot handle it.
    KILL(9);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /// Returns the exit code that a process has by custom if this signal ends it: 128 and the signal's
    /// number on Linux.
    public int exitCode() {
        return 128 + number;
    }
}
