package dev.structured.core.interop;

/// A signal that other processes, or a terminal, send to this JVM.
public enum Signal {
    /// Please end: what `kill`, service managers and containers send.
    TERM,
    /// Ctrl+C.
    INT,
    /// The terminal is gone; by custom: read your configuration again.
    HUP;

    /// Returns the exit code that a process has by custom if this signal ends it: 128 and the signal's
    /// number.
    public int exitCode() {
        return 128 + switch (this) {
            case TERM -> 15;
            case INT -> 2;
            case HUP -> 1;
        };
    }
}
