package dev.structured.core.interop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A program and the processes that it has started, as far as they can be found: processes whose parents are
/// alive, and all processes of its session if it has one of its own.
final class ProcessFamily {
    private final Process program;
    private final Ending ending;
    /// All processes but the program that were found so far.
    private final Set<ProcessHandle> others = new LinkedHashSet<>();

    ProcessFamily(Process program, Ending ending) {
        this.program = program;
        this.ending = ending;
    }

    /// Looks for processes that have been started since the last look.
    void look() {
        program.descendants().forEach(others::add);
        if (ending.ownSession()) others.addAll(Session.othersIn(program.toHandle()));
    }

    boolean isAnyAlive() {
        return program.isAlive() || firstAlive().isPresent();
    }

    /// Returns a live process that is not the program itself; empty if there is none.
    Optional<ProcessHandle> firstAlive() {
        return others.stream().filter(ProcessFamily::isAlive).findFirst();
    }

    /// Returns false also for a process that has ended but that its parent has not awaited. The JDK calls
    /// such a process alive, and in a container it may never be awaited.
    private static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) return false;
        ProcessStat stat = ProcessStat.of(process.pid());
        return stat == null || !stat.hasEnded();
    }

    /// Sends all of them the signal that asks them to end, or `TERM` if that signal cannot be sent.
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
