package dev.structured.core;

import java.io.Serial;

/// A label on a failure that names the task whose failure it was. It is suppressed in the failure, so that
/// each log that prints the failure prints the label below its trace:
///
/// ```text
/// java.io.IOException: disk full
///     at shop.Disk.write(Disk.java:17)
///     Suppressed: dev.structured.core.FailedInTask: 'shard-7' of nursery 'shards'
/// ```
///
/// It has no trace of its own, and its text is made when it is printed.
final class FailedInTask extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
    /// A failure that has suppressed this many gets no label: it may be a constant that is thrown again and
    /// again. A group suppresses one for each of its failures, so it may have more.
    private static final int MOST_LINKED = 16;

    private final String task;
    private final String nursery;

    private FailedInTask(String task, String nursery) {
        super(null, null, false, false);
        this.task = task;
        this.nursery = nursery;
    }

    /// Puts a label on the failure, if it takes one. Throws nothing: a label is not worth a nursery's life.
    static void label(Throwable failure, String task, String nursery) {
        if (failure instanceof Cancelled) return;
        try {
            int most = failure instanceof NurseryFailedException ? Suppressed.MOST : MOST_LINKED;
            if (failure.getSuppressed().length < most)
                failure.addSuppressed(new FailedInTask(task, nursery));
        } catch (VirtualMachineError noSpace) {
            // the failure itself is kept
        }
    }

    @Override
    public String getMessage() {
        return "'" + task + "' of nursery '" + nursery + "'";
    }
}
