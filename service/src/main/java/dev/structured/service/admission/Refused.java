package dev.structured.service.admission;

import dev.structured.service.config.Labelled;

/// The reasons why a page was not begun.
public enum Refused implements Labelled {
    /// It got no place while it could wait.
    NO_PLACE,
    /// A newer page came, and the queue had no room for both.
    QUEUE_FULL,
    /// It would have had too little time left.
    NO_TIME
}
