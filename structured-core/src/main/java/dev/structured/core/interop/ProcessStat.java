package dev.structured.core.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The fields of `/proc/PID/stat`, in which Linux describes a process.
///
/// @param state a letter: `Z` for a process that has ended and that its parent has not awaited
/// @param session the number of its session
record ProcessStat(char state, long session) {
    private static final int STATE = 0;
    private static final int SESSION = 3;

    /// Returns the fields of a process; null if it has gone, or if this machine does not provide them.
    static @Nullable ProcessStat of(long pid) {
        try {
            return parsed(Files.readString(Path.of("/proc", Long.toString(pid), "stat"),
                    StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return null;
        }
    }

    /// Parses `pid (name) state parent group session …`. The name may hold spaces and parentheses.
    static @Nullable ProcessStat parsed(String line) {
        int name = line.lastIndexOf(") ");
        if (name < 0) return null;
        String[] fields = line.substring(name + 2).split(" ", SESSION + 2);
        return fields.length <= SESSION
                ? null
                : new ProcessStat(fields[STATE].charAt(0), Long.parseLong(fields[SESSION]));
    }

    boolean hasEnded() {
        return state == 'Z' || state == 'X';
    }
}
