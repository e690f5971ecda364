package dev.structured.core.interop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Platform;
import dev.structured.core.ScopeResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A process, as its block uses it: reads its output, writes its input, and ends it.
///
/// Reading never blocks in a system call, since such a call cannot be ended: not even by the end of the
/// process, if one of its children has inherited the pipe and lives on. So the reader asks for the number of
/// available bytes and takes those; if there are none, it waits for the end of the process, for 1 to 16 ms at
/// a time. When the process has ended, the bytes in the pipe are the rest. All of this runs on the task's own
/// thread, in code of the JDK that releases the carrier and reacts to interrupts. A virtual clock stands
/// still during that time, since a process lives in real time.
///
/// Asking and taking are one step under the stream's own monitor: when the process has ended, the JDK moves
/// the rest of the pipe's bytes into memory under the same monitor.
///
/// Writing does block in a system call: until the process reads, or all processes that have the other end of
/// the pipe have ended, one of which may be a child that lives on. It is done on a worker thread, which is
/// abandoned when the process ends, or when the task is cancelled: the process is ended soon after.
final class LiveProcess {
    private static final Workers WORKERS = new Workers("processes", new ThreadLimit() {
        // Each process uses at most one thread, and with a limit two processes that are joined by a pipe
        // could wait for each other.
        @Override
        public void acquire(Object work) {}

        @Override
        public void release(Object work) {}
    });
    private static final int PIECE = 64 * 1024;
    private static final long SHORTEST_PAUSE = 1;
    private static final long LONGEST_PAUSE = 16;
    private static final long LONGEST_KILL = SECONDS.toNanos(1);
    private static final Platform MACHINE = Platform.system();
    private static final String HAS_ENDED = "the process has ended";

    /// Receives the output of a process.
    @FunctionalInterface
    interface Sink {
        void accept(byte[] piece) throws IOException;
    }

    final Command command;
    private final Process process;
    /// Its block has ended, and its output is no longer read.
    private volatile boolean left;
    /// The scope of the latest step that writes; null before the first. Both guarded by this.
    private @Nullable CancelScope writing;
    private boolean readsNoMore;

    private LiveProcess(Command command, Process process) {
        this.command = command;
        this.process = process;
    }

    /// The code that runs while a process lives.
    @FunctionalInterface
    interface Content<T extends @Nullable Object> {
        T call(LiveProcess process, HelpedBlock block) throws Exception;
    }

    /// Starts a process, runs the content, and makes sure that the process has ended. **Checkpoint.**
    static <T extends @Nullable Object> T call(Command command, Content<T> content) throws IOException {
        // A process that was started is in this variable, even if the task is cancelled.
        LiveProcess process = new LiveProcess(command, WORKERS.call(() -> command.builder().start()));
        try {
            return HelpedBlock.call(process.toString(), block -> content.call(process, block));
        } finally {
            new CancelScope("end of a process").withShield().run(process::end);
        }
    }

    static Workers workers() {
        return WORKERS;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    InputStream output() {
        return process.getInputStream();
    }

    InputStream errors() {
        return process.getErrorStream();
    }

    /* --- Reading and writing --- */

    /// Passes on the bytes of the stream, until the process has ended and no bytes are left.
    /// **Checkpoint.**
    void pump(InputStream in, Sink sink) throws IOException {
        long pause = SHORTEST_PAUSE;
        while (!left) {
            Checkpoints.checkCancelled();
            boolean ended = !process.isAlive(); // first, so that all its output is there by then
            byte[] piece = take(in);
            if (piece != null) {
                sink.accept(piece);
                pause = SHORTEST_PAUSE;
            } else if (ended) {
                return;
            } else {
                pause(pause);
                pause = Math.min(LONGEST_PAUSE, 2 * pause);
            }
        }
    }

    /// Returns the available bytes; null if there are none, or the pipe has been closed.
    private byte @Nullable [] take(InputStream in) throws IOException {
        synchronized (in) {
            if (left) return null;
            int there = in.available();
            return there > 0 ? in.readNBytes(Math.min(there, PIECE)) : null;
        }
    }

    private void pause(long millis) {
        try {
            process.waitFor(millis, MILLISECONDS);
        } catch (InterruptedException e) {
            throw Interrupted.in(e);
        }
    }

    /// Writes to the process. **Checkpoint.**
    ///
    /// @throws IOException if this fails, or the process no longer reads, or has ended
    void feed(byte[] piece) throws IOException {
        OutputStream out = process.getOutputStream();
        write(() -> {
            out.write(piece);
            out.flush();
        });
    }

    /// Ends the input of the process. **Checkpoint.**
    void closeInput() {
        try {
            write(process.getOutputStream()::close);
        } catch (IOException gone) {
            // it has closed its input already, or has ended
        }
    }

    private void write(Body<IOException> step) throws IOException {
        CancelScope scope = new CancelScope("input of a process");
        begin(scope);
        ScopeResult<@Nullable IOException> result = scope.call(
                () -> WORKERS.call(OnCancel.ABANDON, () -> failureOf(step)));
        if (result.isCancelled()) throw new IOException(this + " has ended, and reads no more");
        IOException failure = result.orElseThrow();
        if (failure != null) throw failure;
    }

    /// Returns the exception, which is nobody's concern once the step has been abandoned.
    private static @Nullable IOException failureOf(Body<IOException> step) {
        try {
            step.run();
            return null;
        } catch (IOException failure) {
            return failure;
        }
    }

    /// The JDK's own hook of the exit waits for the pipe while a write is in its system call. It was added
    /// before, and a future runs the hooks that were added last first. The worker, that hook's thread and the
    /// descriptor stay until all processes have closed the other end.
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is thrown in it
    private void begin(CancelScope scope) {
        boolean first;
        boolean ended;
        synchronized (this) {
            first = writing == null;
            ended = readsNoMore;
            writing = scope;
        }
        if (ended) scope.cancel(HAS_ENDED);
        if (first) process.onExit().thenRun(this::readsNoMore);
    }

    private void readsNoMore() {
        CancelScope present;
        synchronized (this) {
            readsNoMore = true;
            present = writing;
        }
        if (present != null) present.cancel(HAS_ENDED);
    }

    /* --- The end --- */

    /// Waits until it has ended, and returns its exit code. **Checkpoint.**
    int awaitExit() {
        Checkpoints.quickCheckpoint();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw Interrupted.in(e);
        }
    }

    /// Sends it a signal. **Checkpoint**, if that needs a shell.
    ///
    /// @throws IOException if this machine cannot send it
    void signal(Signal signal) throws IOException {
        WORKERS.run(() -> SignalSender.send(signal, List.of(handle())));
    }

    /// Called when the block has ended: closes the output pipes, gives the process the grace to end by
    /// itself, and ends it if it does not. **Checkpoint.**
    void leave() {
        left = true;
        close(output());
        close(errors());
        try {
            if (process.waitFor(command.ending().graceNanos(), NANOSECONDS)) return;
        } catch (InterruptedException e) {
            throw Interrupted.in(e);
        }
        new CancelScope("end of a process").withShield().run(this::end);
    }

    private static void close(InputStream in) {
        synchronized (in) {
            try {
                in.close();
            } catch (IOException gone) {
                // then it is closed
            }
        }
    }

    /// Makes sure that it has ended: asks it and all processes that it has started to end, and kills those
    /// that have not ended when the grace is over. Waits for its end, even if the task is cancelled. Called
    /// at the end of its block, in a shield.
    void end() {
        boolean ownSession = command.ending().ownSession();
        if (!process.isAlive() && !ownSession) return; // its descendants are not known any more
        ProcessFamily family = new ProcessFamily(process, command.ending());
        family.look();
        if (!family.isAnyAlive()) return;
        family.ask();
        boolean interrupted = awaitEnd(family, command.ending().graceNanos());
        if (family.isAnyAlive()) {
            family.look();
            family.kill();
        }
        if (ownSession) interrupted |= endSession(family);
        while (process.isAlive()) // the others are their parents' to await
            interrupted |= !rest(family);
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Kills the processes of the session until none is found, including processes that were started while
    /// others were being killed. Gives up processes that cannot be killed: those of another user, or stuck in
    /// the operating system.
    private boolean endSession(ProcessFamily family) {
        boolean interrupted = false;
        long end = MACHINE.nanoTime() + LONGEST_KILL;
        family.look();
        while (family.isAnyAlive() && MACHINE.nanoTime() < end) {
            family.kill();
            interrupted |= awaitEnd(family, MILLISECONDS.toNanos(LONGEST_PAUSE));
            family.look();
        }
        return interrupted;
    }

    /// Waits until all of them have ended, or the time is over.
    ///
    /// @return true if the thread was interrupted during that
    private boolean awaitEnd(ProcessFamily family, long nanos) {
        boolean interrupted = false;
        long end = MACHINE.nanoTime() + nanos;
        while (family.isAnyAlive() && MACHINE.nanoTime() < end)
            interrupted |= !rest(family);
        return interrupted;
    }

    /// Pauses a little. Reads the rest of the process's output, so that the process can end and need not wait
    /// for a reader.
    ///
    /// @return false if the thread was interrupted
    private boolean rest(ProcessFamily family) {
        discard(output());
        discard(errors());
        try {
            if (!process.waitFor(SHORTEST_PAUSE, MILLISECONDS)) return true;
            Optional<ProcessHandle> alive = family.firstAlive();
            if (alive.isPresent()) alive.get().onExit().get(LONGEST_PAUSE, MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            return false;
        } catch (ExecutionException | TimeoutException notYet) {
            return true;
        }
    }

    private void discard(InputStream in) {
        try {
            while (take(in) != null) {
                // the output is dropped
            }
        } catch (IOException closed) {
            // then there is nothing
        }
    }

    @Override
    public String toString() {
        return "'" + command.program() + "', process " + process.pid();
    }
}
