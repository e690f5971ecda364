package dev.structured.core;

import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Thrown at the end of a nursery: the failures of its children and of its block, at least one.
///
/// The message names the tasks that have failed, in the order of [#failures()]. Each failure of a task also
/// carries the name of its task, as a suppressed exception without a trace (`FailedInTask`), so that a log
/// that prints the failure prints the name below its trace. A failure carries no name if it accepts no
/// suppressed exceptions, or has 16 of them.
///
/// Even a single failure comes as a group. The first failure is the cause and the others are
/// suppressed, so that any log shows them all. A failure that is itself a group, of a nursery further in,
/// keeps its shape. A [BrokenException] whose cause is another failure of the same nursery only repeats that
/// failure, and is left out: if a task fails while it feeds a channel, there is one failure, however many
/// tasks receive from the channel.
public final class NurseryFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
    /// The message is for people: of a thousand failures the first few are enough.
    private static final int MOST_NAMES = 20;

    private final Throwable[] failures;
    /// A cancellation that came out of the nursery together with the failures, and is still to be absorbed by
    /// a scope further out. It is not among the [#failures()]: a cancelled child did not fail.
    private transient @Nullable Cancelled cancelled;

    NurseryFailedException(String nursery, List<Failed> failed, @Nullable Cancelled cancelled) {
        super(message(nursery, failed), failed.getFirst().thrown());
        List<Throwable> failures = failed.stream().map(Failed::thrown).toList();
        this.failures = failures.toArray(Throwable[]::new);
        this.cancelled = cancelled;
        Suppressed.addToNew(this, failures);
    }

    /// Returns the failures in the order in which they happened; those of a nursery further in come as its
    /// group.
    public List<Throwable> failures() {
        return List.of(failures);
    }

    /// Returns the failures with every group replaced by its members, all the way down. A group that several
    /// tasks have thrown is replaced once.
    public List<Throwable> leaves() {
        List<Throwable> leaves = new ArrayList<>();
        Set<Throwable> groups = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Throwable> rest = new ArrayDeque<>(List.of(failures));
        while (!rest.isEmpty()) {
            Throwable next = rest.removeFirst();
            if (next instanceof NurseryFailedException group) {
                if (!groups.add(group)) continue;
                for (int i = group.failures.length - 1; i >= 0; i--) rest.addFirst(group.failures[i]);
            } else {
                leaves.add(next);
            }
        }
        return leaves;
    }

    /// Throws the first of the [#leaves()] that is of the given type, or this group if there is none.
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

    private static String message(String nursery, List<Failed> failed) {
        int count = failed.size();
        StringBuilder text = new StringBuilder("Nursery '").append(nursery).append("': ")
                .append(count == 1 ? "1 failure, of " : count + " failures, of ");
        for (int i = 0; i < Math.min(count, MOST_NAMES); i++) {
            if (i > 0) text.append(", ");
            text.append(failed.get(i).words());
        }
        if (count > MOST_NAMES) text.append(" and ").append(count - MOST_NAMES).append(" more");
        return text.append(", first ").append(Words.of(failed.getFirst().thrown())).toString();
    }
}
