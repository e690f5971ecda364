package dev.structured.core.combine;

import java.io.Serial;

/// Why nothing was attempted again: a remark, suppressed in the exception of the last attempt. It is never thrown.
public final class RetryGaveUp extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    RetryGaveUp(String message) {
        super(message, null, false, false);
    }
}
