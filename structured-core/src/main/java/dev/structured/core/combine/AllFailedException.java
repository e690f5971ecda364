package dev.structured.core.combine;

import java.io.Serial;
import java.util.List;

/// Thrown when none of several attempts succeeded, so that there is no winner.
///
/// The first failure is the cause and the others are suppressed, so that any log shows them all.
public final class AllFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Exception[] failures;

    AllFailedException(String name, List<Exception> failures) {
        super(message(name, failures), failures.getFirst());
        this.failures = failures.toArray(Exception[]::new);
        for (Exception other : failures.subList(1, failures.size())) {
            if (other != getCause()) addSuppressed(other);
        }
    }

    /// Returns the failures in the order in which they happened.
    public List<Exception> failures() {
        return List.of(failures);
    }

    /// Throws the first of the [#failures()] that is of the given type, or this exception if there is none.
    /// Never returns: write `throw e.rethrow(IOException.class)`.
    ///
    /// @throws X the first failure of that type
    public <X extends Exception> AllFailedException rethrow(Class<X> type) throws X {
        for (Exception failure : failures) {
            if (type.isInstance(failure)) throw type.cast(failure);
        }
        throw this;
    }

    private static String message(String name, List<Exception> failures) {
        int count = failures.size();
        return "Of " + (count == 1 ? "1 attempt" : count + " attempts") + " in '" + name
                + "' none succeeded, first " + Remarks.words(failures.getFirst());
    }
}
