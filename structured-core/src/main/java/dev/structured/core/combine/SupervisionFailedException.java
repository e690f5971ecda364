package dev.structured.core.combine;

import java.io.Serial;
import java.util.List;

/// Thrown when tasks of a [Supervisor] have failed and were given up. The others have run to their end.
///
/// The last failure of the first task that was given up is the cause, and those of the others are suppressed.
/// In each of them the earlier failures of the same task are suppressed.
public final class SupervisionFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Exception[] failures;

    SupervisionFailedException(String name, List<Exception> failures) {
        super("Supervisor '" + name + "' has given up "
                + (failures.size() == 1 ? "1 task, which" : failures.size() + " tasks, the first of which")
                + " failed with " + Remarks.words(failures.getFirst()), failures.getFirst());
        this.failures = failures.toArray(Exception[]::new);
        for (Exception other : failures.subList(1, failures.size())) Remarks.add(this, other);
    }

    /// Returns the last failure of each task that was given up, in the order in which that happened.
    public List<Exception> failures() {
        return List.of(failures);
    }
}
