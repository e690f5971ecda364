package dev.structured.service.edge;

import java.util.concurrent.ThreadLocalRandom;

/// When a refused client may come back.
public final class RetryLater {
    private RetryLater() {}

    /// Returns `answer` with `Retry-After`: one to three whole seconds, at random so that clients refused
    /// together do not come back together.
    public static Answer on(Answer answer) {
        return answer.with("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(1, 4)));
    }
}
