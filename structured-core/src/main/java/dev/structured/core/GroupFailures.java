package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The failures of one nursery, and the first cancellation that came out of it.
///
/// Guarded by the lock of the nursery's [Children]. Complete when the last child has left; the owner of the
/// nursery reads it only then.
final class GroupFailures {
    /// The first failure has fields of its own, so that keeping it never takes memory.
    private @Nullable Throwable first;
    private @Nullable String firstTask;
    private @Nullable String firstPart;
    private @Nullable List<Failed> later;
    private @Nullable Cancelled cancelled;

    /// Adds a failure.
    ///
    /// @param task the name of the task that failed; null for the block
    /// @param part the part that failed, if it is neither a task's code nor the block; else null
    void add(Throwable thrown, @Nullable String task, @Nullable String part) {
        if (first == null) {
            first = thrown;
            firstTask = task;
            firstPart = part;
        } else {
            if (later == null) later = new ArrayList<>(2);
            later.add(new Failed(thrown, task, part));
        }
    }

    /// Keeps a cancellation, if it is the first.
    void cancelled(@Nullable Cancelled by) {
        if (cancelled == null) cancelled = by;
    }

    /// Keeps a cancellation with this reason, unless there is one.
    void cancelled(CancelReason reason) {
        if (cancelled == null) cancelled = new Cancelled(reason);
    }

    /// Returns the throwable that the nursery ends with, before its scope has absorbed anything: null, an
    /// error, a group, or a bare cancellation.
    ///
    /// @param nursery the name of the nursery
    /// @param dropped gets the failures that the throwable cannot carry
    @Nullable
    Throwable outcome(String nursery, Consumer<Throwable> dropped) {
        if (first == null) return cancelled;
        List<Failed> own = BrokenException.withoutRepeats(all(first));
        for (Failed failure : own) {
            if (failure.thrown() instanceof Error error) return withOthersSuppressed(error, own, dropped);
        }
        return new NurseryFailedException(nursery, own, cancelled);
    }

    /// Returns an outcome that takes no memory: the first failure if it is an error, otherwise the machine's
    /// error.
    Throwable inShort(Throwable machine) {
        return first instanceof Error ? first : machine;
    }

    private List<Failed> all(Throwable first) {
        List<Failed> others = later == null ? List.of() : later;
        List<Failed> all = new ArrayList<>(others.size() + 1);
        all.add(new Failed(first, firstTask, firstPart));
        all.addAll(others);
        return all;
    }

    private static Throwable withOthersSuppressed(Throwable failure, List<Failed> all,
            Consumer<Throwable> dropped) {
        for (Failed each : all) {
            if (!Suppressed.add(failure, each.thrown())) dropped.accept(each.thrown());
        }
        return failure;
    }
}
