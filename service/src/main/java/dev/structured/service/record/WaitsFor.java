package dev.structured.service.record;

/// The reason why a part, or a request as a whole, waits.
public enum WaitsFor {
    /// The request is read, and its client is checked; no part has begun.
    START("starting"),
    /// The parts that it needs.
    ANOTHER_PART("another part"),
    /// A permit of its downstream's limit.
    QUEUE("a permit"),
    /// A connection to its downstream.
    CONNECTION("a connection"),
    /// The first byte of the answer.
    FIRST_BYTE("first byte"),
    /// The rest of the answer.
    BODY("body"),
    /// The answer to an equal call, which another request has made.
    SHARED_CALL("a shared call"),
    /// The end of the pause before a retry.
    RETRY("a retry"),
    /// Nothing: it runs.
    NOTHING("running"),
    /// The client, which takes the answer.
    WRITING("writing");

    private final String words;

    WaitsFor(String words) {
        this.words = words;
    }

    /// Returns a name for people.
    public String words() {
        return words;
    }
}
