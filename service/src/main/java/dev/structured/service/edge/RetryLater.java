package dev.structured.service.edge;

import java.util.concurrent.ThreadLocalRandom;

/// Adds the time at which refused clients should try again.
public final class RetryLater {
    private RetryLater() {}

    /// Returns `answer` with `Retry-After`: one to three whole seconds, at random, so that clients
    /// that were refused together do not come back together.
    public static Answer on(Answer answer) {
        return answer.with("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(1, 4)));
    }
}
