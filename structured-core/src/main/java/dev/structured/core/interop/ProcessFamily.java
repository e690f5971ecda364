package dev.structured.core.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A program and the processes that it has started, as far as they can be found: those whose parents live,
/// and those of its session if it has one of its own.
final class ProcessFamily {
    private final Process program;
    private final Ending ending;
    /// All processes but the program that were found so far.
    private final Set<ProcessHandle> others = new LinkedHashSet<>();

    ProcessFamily(Process program, Ending ending) {
        this.program = program;
        this.ending = ending;
    }

    /// Looks for processes that have been started since.
    void look() {
        program.descendants().forEach(others::add);
        if (ending.ownSession()) others.addAll(Session.othersIn(program.toHandle()));
    }

    boolean isAnyAlive() {
        return program.isAlive() || firstAlive().isPresent();
    }

    /// Returns one that lives, and is not the program; none if the program alone lives.
    Optional<ProcessHandle> firstAlive() {
        return others.stream().filter(ProcessFamily::isAlive).findFirst();
    }

    /// Says of a process that has ended, and that its parent has not awaited, that it lives no more. The JDK
    /// says that it lives, and in a container nobody may ever await it.
    private static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) return false;
        ProcessStat stat = ProcessStat.of(process.pid());
        return stat == null || !stat.hasEnded();
    }

    /// Sends all of them the signal that asks them to end; `TERM` if that cannot be sent.
    void ask() {
        try {
            SignalSender.send(ending.signal(), all());
        } catch (IOException noShell) {
            all().forEach(ProcessHandle::destroy);
        }
    }

    void kill() {
        all().forEach(ProcessHandle::destroyForcibly);
    }

    private List<ProcessHandle> all() {
        List<ProcessHandle> all = new ArrayList<>(others);
        all.addFirst(program.toHandle());
        return all;
    }
}
