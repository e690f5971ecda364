package dev.structured.service.server;

/// Takes the lines of the access log.
@FunctionalInterface
public interface LogSink {
    /// Returns the form of the lines: text, unless a sink says otherwise.
    default LogFormat format() {
        return LogFormat.TEXT;
    }

    /// Takes a line: its fields in the [form][#format] of the log, without the time and without a line break.
    /// Does not block.
    void accept(String fields);
}
