package dev.structured.core.combine;

import java.io.Serial;

/// Tells in a log why no further attempt was made. It is suppressed in the exception of the last attempt, and
/// never thrown.
final class RetryGaveUp extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    RetryGaveUp(String message) {
        super(message, null, false, false);
    }
}
