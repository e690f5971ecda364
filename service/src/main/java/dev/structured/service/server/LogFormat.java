package dev.structured.service.server;

import dev.structured.service.config.Labelled;
import org.jspecify.annotations.Nullable;

/// The form of the log's lines.
public enum LogFormat implements Labelled {
    /// `key=value` pairs after a time, a level and a logger, for people.
    TEXT,
    /// One JSON object in each line, for programs. The keys that all lines have are those of Logback's
    /// encoder.
    JSON;

    /// Returns the format of that name, in lower case; null if there is none.
    public static @Nullable LogFormat of(String name) {
        for (LogFormat format : values()) {
            if (format.label().equals(name)) return format;
        }
        return null;
    }
}
