package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Fn;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stage that computes several results at the same time, and sends them in the order of their items.
///
/// ```
///   in ──▶ a task starts one task an item, up to `limit` that run ──▶ tasks, in order ──▶ the block awaits each ──▶ out
/// ```
final class ParallelStage<T, R> {
    private final ReceiveChannel<? extends T> in;
    private final Fn<? super T, ? extends R, ?> mapper;
    /// Holds one item for each task that runs.
    private final Channel<Boolean> running;
    private final Channel<Task<R>> tasks;
    /// The exception with which the items have ended; null if there was none. Written before the end of
    /// `tasks`.
    private volatile @Nullable BrokenException cause;

    ParallelStage(ReceiveChannel<? extends T> in, int limit, Fn<? super T, ? extends R, ?> mapper) {
        this.in = in;
        this.mapper = mapper;
        this.running = Channels.open("running", limit);
        this.tasks = Channels.open("results", limit);
    }

    void run(SendChannel<R> out) throws Exception {
        try {
            Nursery.run("mapParallel", nursery -> {
                nursery.startSoon("source", () -> tasks.sender().feed(started -> startAll(nursery, started)));
                for (Task<R> task : tasks.receiver()) {
                    if (Stages.passed(out, task.await())) continue;
                    nursery.scope().cancel("the last receiver has left");
                    return;
                }
                if (cause != null) throw cause;
            });
        } catch (NurseryFailedException failure) {
            throw single(failure);
        }
    }

    /// If the channel ends with a cause, the block throws it when it has sent all results. This task must not
    /// throw it: that would stop the tasks of the last items.
    private void startAll(Nursery nursery, SendChannel<Task<R>> started) {
        try {
            startEach(nursery, started);
        } catch (BrokenException ofSource) {
            cause = ofSource;
        }
    }

    private void startEach(Nursery nursery, SendChannel<Task<R>> started) {
        for (T item : in) {
            running.sender().send(true);
            started.send(nursery.startSoon("item", () -> {
                R result = mapper.apply(item);
                running.receiver().tryReceive();
                return result;
            }));
        }
    }

    /// Returns the failure itself if there is only one, as from a stage without tasks of its own.
    private static Exception single(NurseryFailedException failure) {
        List<Throwable> leaves = failure.leaves();
        return leaves.size() == 1 && leaves.getFirst() instanceof Exception only ? only : failure;
    }
}
