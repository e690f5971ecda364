package dev.structured.core.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sessions of Linux. Each process is in one. It inherits its parent's session and keeps it when the parent
/// ends, unless it opens one of its own. A session has the number of the process that opened it, and the
/// system gives that number to no other process while the session has members.
final class Session {
    private static final Path PROCESSES = Path.of("/proc");
    private static final String SETSID = "setsid";

    private Session() {}

    /// @throws IOException if this machine cannot open sessions, or does not show which processes are in one
    static void requireSupported() throws IOException {
        if (ProcessStat.of(ProcessHandle.current().pid()) == null || onPath(SETSID).isEmpty()) {
            throw new IOException("A session of its own needs Linux with /proc and the program 'setsid'"
                    + " (in the package util-linux) on the PATH. Leave out withOwnSession(), or add it.");
        }
    }

    /// Returns the words of a command that opens a session and becomes the program, in the same process.
    ///
    /// @throws IOException if there is no such program, which `setsid` would report only by an exit code
    static List<String> words(List<String> words, @Nullable Path directory) throws IOException {
        List<String> all = new ArrayList<>(words);
        all.set(0, found(words.getFirst(), directory));
        all.addFirst(onPath(SETSID).orElseThrow().toString());
        return all;
    }

    private static String found(String program, @Nullable Path directory) throws IOException {
        if (program.contains("/")) {
            Path path = directory == null ? Path.of(program) : directory.resolve(program);
            if (isProgram(path)) return program;
        } else {
            Optional<Path> path = onPath(program);
            if (path.isPresent()) return path.get().toString();
        }
        throw new IOException("Cannot run program \"" + program + "\": there is no such program");
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator))
                .map(folder -> Path.of(folder, program).toAbsolutePath()).filter(Session::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    /// Returns the live members of the session that the process has opened, without the process itself.
    static Set<ProcessHandle> othersIn(ProcessHandle opener) {
        Set<ProcessHandle> members = new LinkedHashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path each : all) addMember(Long.parseLong(each.getFileName().toString()), opener, members);
        } catch (IOException | DirectoryIteratorException unreadable) {
            return members; // the members that were found
        }
        Optional<ProcessHandle> holder = ProcessHandle.of(opener.pid());
        boolean reused = holder.isPresent() && !holder.get().equals(opener);
        return reused ? Set.of() : members; // another program's session: this one has no members any more
    }

    private static void addMember(long pid, ProcessHandle opener, Set<ProcessHandle> members) {
        ProcessStat stat = ProcessStat.of(pid);
        if (stat == null || stat.hasEnded() || stat.session() != opener.pid() || pid == opener.pid()) return;
        ProcessHandle.of(pid).ifPresent(members::add);
    }
}
