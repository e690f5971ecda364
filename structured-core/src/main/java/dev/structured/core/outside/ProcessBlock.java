package dev.structured.core.outside;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Nursery;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The block in which a process lives: what is done with it on the caller's thread, and beside that the tasks that read
/// and write. At its end the process has ended, however that came about.
///
/// The first of them that fails stops the others, and what it has thrown comes out as it is: not in a group, as who has a
/// process does not know of the tasks.
final class ProcessBlock {
    private final LiveProcess process;
    private final Nursery nursery;
    /// Guarded by this.
    private @Nullable Throwable failure;

    private ProcessBlock(LiveProcess process, Nursery nursery) {
        this.process = process;
        this.nursery = nursery;
    }

    /// What is done in the block.
    @FunctionalInterface
    interface Content<T extends @Nullable Object> {
        T call(ProcessBlock block) throws Exception;
    }

    /// Starts the process and runs the content.
    @SuppressWarnings("NullAway") // the content's own value
    static <T extends @Nullable Object> T call(Command command, Content<T> content) throws IOException {
        LiveProcess process = LiveProcess.start(command);
        Holder<T> holder = new Holder<>();
        try {
            Nursery.run(process.toString(), nursery -> {
                ProcessBlock block = new ProcessBlock(process, nursery);
                holder.block = block;
                block.guarded(() -> holder.value = content.call(block));
            });
        } catch (Cancelled cancelled) {
            Throwable failure = holder.failure();
            if (failure != null) cancelled.addSuppressed(failure);
            throw cancelled;
        } finally {
            CancelScope.create("end of a process").shield(true).run(process::end);
        }
        Throwable failure = holder.failure();
        if (failure != null) throw Thrown.on(failure);
        return holder.value;
    }

    private static final class Holder<T extends @Nullable Object> {
        @Nullable
        ProcessBlock block;
        @Nullable
        T value;

        @Nullable
        Throwable failure() {
            ProcessBlock known = block;
            return known == null ? null : known.failure();
        }
    }

    LiveProcess process() {
        return process;
    }

    /// Starts a task that reads or writes.
    void beside(String name, Body<Exception> task) {
        nursery.startSoon(name, () -> guarded(task));
    }

    private void guarded(Body<Exception> body) throws Exception {
        try {
            body.run();
        } catch (Cancelled | InterruptedException cancelled) { // the kernel's
            throw cancelled;
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    private void failed(Throwable thrown) {
        synchronized (this) {
            if (failure == null) failure = thrown;
            else if (failure != thrown) failure.addSuppressed(thrown);
        }
        nursery.scope().cancel("the block of " + process + " has failed: " + thrown);
    }

    private synchronized @Nullable Throwable failure() {
        return failure;
    }
}
