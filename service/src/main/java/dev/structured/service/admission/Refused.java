package dev.structured.service.admission;

import dev.structured.service.config.Labelled;

/// Why a page was not begun.
public enum Refused implements Labelled {
    /// It got no place while it could wait.
    NO_PLACE,
    /// There was a newer one, and no place to wait for both.
    QUEUE_FULL,
    /// It would have had too little time left.
    NO_TIME
}
