package dev.structured.core.interop;

/// A signal of a Unix: other processes or a terminal send it to this JVM ([Signals]), and this JVM to a
/// program that it runs ([Subprocess#signal], [Command#withStopSignal]).
public enum Signal {
    /// Please end: what `kill`, service managers and containers send.
    TERM(15),
    /// Ctrl+C.
    INT(2),
    /// The terminal is gone; by custom: read your configuration again.
    HUP(1),
    /// Ctrl+\: end, and leave a core file. Some servers end in order at it. A JVM prints its threads.
    QUIT(3),
    /// Each program gives it a meaning of its own.
    USR1(10),
    /// Each program gives it a meaning of its own.
    USR2(12),
    /// Ends a program at once. No program hears of it.
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
