package dev.structured.core.interop;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Sends signals to processes. The JDK sends `TERM` and `KILL`; the other signals are sent by the `kill` of a
/// shell, which every Unix has.
final class SignalSender {
    private static final Path SHELL = Path.of("/bin/sh");

    private SignalSender() {}

    /// @throws IOException if the signal needs a shell, and there is none
    static void requireSends(Signal signal) throws IOException {
        if (signal != Signal.TERM && signal != Signal.KILL && !Files.isExecutable(SHELL)) {
            throw new IOException("Signal " + signal + " cannot be sent on this machine: the JDK sends only"
                    + " TERM and KILL, and for others there is no " + SHELL + ". Use Signal.TERM.");
        }
    }

    /// Sends the signal to those processes that are alive. **Blocks** while a shell runs.
    ///
    /// @throws IOException if no shell can be started for it
    static void send(Signal signal, Collection<ProcessHandle> processes) throws IOException {
        switch (signal) {
            case TERM -> processes.forEach(ProcessHandle::destroy);
            case KILL -> processes.forEach(ProcessHandle::destroyForcibly);
            default -> byShell(signal, processes.stream().filter(ProcessHandle::isAlive).toList());
        }
    }

    private static void byShell(Signal signal, List<ProcessHandle> processes) throws IOException {
        if (processes.isEmpty()) return;
        requireSends(signal);
        List<String> words = new ArrayList<>(
                List.of(SHELL.toString(), "-c", "kill -s \"$0\" \"$@\"", signal.name()));
        for (ProcessHandle process : processes) words.add(Long.toString(process.pid()));
        new ProcessBuilder(words).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD)
                .start().onExit().join(); // not interruptible, and over in milliseconds
    }
}
