package dev.structured.service.http;

import java.util.concurrent.ThreadLocalRandom;

/// When a refused client may come back.
final class RetryAfter {
    private RetryAfter() {}

    /// Returns `answer` with `Retry-After`: one to three whole seconds, at random so that clients refused together
    /// do not come back together.
    static Answer on(Answer answer) {
        return answer.with("Retry-After", Integer.toString(ThreadLocalRandom.current().nextInt(1, 4)));
    }
}
