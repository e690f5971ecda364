package dev.structured.core.combine;

import java.io.Serial;

/// The reason why no further attempt was made: a remark, suppressed in the exception of the last attempt,
/// that logs show. It is never thrown.
final class RetryGaveUp extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    RetryGaveUp(String message) {
        super(message, null, false, false);
    }
}
