package dev.structured.core;

import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Thrown at the end of a nursery: the failures of its children and of its block, at least one.
///
/// Always a group, also around a single failure. The first failure is the cause and the others are
/// suppressed, so that any log shows them all. A failure that is itself a group, of a nursery further in,
/// keeps its shape. A [BrokenException] whose cause is another failure of the same nursery only repeats that
/// one, and is left out: a task that fails while it feeds a channel is one failure, however many others
/// received from the channel.
public final class NurseryFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Throwable[] failures;
    /// A cancellation that came out of the nursery together with the failures, and is still to be absorbed by
    /// a scope further out. It has no place in [#failures()]: a cancelled child did not fail.
    private transient @Nullable Cancelled cancelled;

    NurseryFailedException(String nursery, List<Throwable> failures, @Nullable Cancelled cancelled) {
        super(message(nursery, failures), failures.getFirst());
        this.failures = failures.toArray(Throwable[]::new);
        this.cancelled = cancelled;
        Suppressed.addToNew(this, failures);
    }

    /// Returns the failures in the order in which they happened; those of a nursery further in come as its
    /// group.
    public List<Throwable> failures() {
        return List.of(failures);
    }

    /// Returns the failures with every group replaced by what it holds, all the way down.
    public List<Throwable> leaves() {
        List<Throwable> leaves = new ArrayList<>();
        ArrayDeque<Throwable> rest = new ArrayDeque<>(List.of(failures));
        while (!rest.isEmpty()) {
            Throwable next = rest.removeFirst();
            if (next instanceof NurseryFailedException group) {
                for (int i = group.failures.length - 1; i >= 0; i--) rest.addFirst(group.failures[i]);
            } else {
                leaves.add(next);
            }
        }
        return leaves;
    }

    /// Throws the first of the [#leaves()] that is of the given type, and this group where there is none.
    /// Never returns: write `throw failure.rethrow(IOException.class)`.
    ///
    /// @throws X the first failure of that type
    public <X extends Throwable> NurseryFailedException rethrow(Class<X> type) throws X {
        for (Throwable leaf : leaves()) {
            if (type.isInstance(leaf)) throw type.cast(leaf);
        }
        throw this;
    }

    /// Returns the cancellation that travels in this group or in one inside it; null when there is none.
    @Nullable
    Cancelled cancelled() {
        return cancelled;
    }

    /// Drops the travelling cancellation from this group and those inside: a scope has absorbed it.
    void dropCancelled() {
        ArrayDeque<NurseryFailedException> rest = new ArrayDeque<>(List.of(this));
        while (!rest.isEmpty()) {
            NurseryFailedException group = rest.removeFirst();
            if (group.cancelled == null) continue;
            group.cancelled = null;
            for (Throwable failure : group.failures) {
                if (failure instanceof NurseryFailedException inner) rest.addLast(inner);
            }
        }
    }

    private static String message(String nursery, List<Throwable> failures) {
        int count = failures.size();
        return "Nursery '" + nursery + "': " + (count == 1 ? "1 failure" : count + " failures") + ", first "
                + Words.of(failures.getFirst());
    }
}
