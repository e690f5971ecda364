package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.RetryAfter;
import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells [dev.structured.core.combine.Combine] that an attempt has no result that the caller can use. It
/// never leaves [RetryingDownstream], so it has no stack trace.
///
/// When its task is cancelled, nobody asks for the result, and it is no error that would be lost. So it has
/// the shape of what interrupted code throws, which is then taken for the cancellation itself, at whatever
/// moment that comes.
@SuppressWarnings("serial") // it is never written
final class FailedAttempt extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    final Call call;
    final AttemptResult result;

    FailedAttempt(Call call, AttemptResult result) {
        super(null, new LikeAnInterrupt(), true, false); // earlier attempts are suppressed in it
        this.call = call;
        this.result = result;
    }

    /// Returns the pause that the downstream asks for; null if it asks for none.
    @Nullable
    Duration retryAfter() {
        return result instanceof AttemptResult.Answered(Reply reply) ? RetryAfter.of(reply) : null;
    }

    /// Means nothing while the task is not cancelled.
    private static final class LikeAnInterrupt extends InterruptedException {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
