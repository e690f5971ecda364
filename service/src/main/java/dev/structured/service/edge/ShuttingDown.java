package dev.structured.service.edge;

import dev.structured.core.CancelReason;
import dev.structured.core.SchedulerClosedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.service.record.Cause;
import dev.structured.service.record.Recorder;

/// The answer to requests that the end of the service cuts off.
final class ShuttingDown {
    private ShuttingDown() {}

    /// Returns true if a run failed because the service is shutting down: it was cancelled, or it came so
    /// late that the scheduler no longer began it.
    static boolean explains(IllegalStateException failure) {
        return switch (failure) {
            case SchedulerClosedException _ -> true;
            case ScopeCancelledException cancelled ->
                cancelled.reason().source() == CancelReason.Source.SHUTDOWN;
            default -> false;
        };
    }

    /// Returns 503 with a time to come back, which closes the connection.
    static Answer answer(FilterContext context, Verdict verdict) {
        RequestRecord requestRecord = context.requestRecord();
        Recorder recorder = requestRecord.recorder();
        if (recorder != null) recorder.cancels(Cause.Kind.SHUTDOWN, null);
        requestRecord.verdict(verdict);
        Answer answer = context.answer(EdgeProblems.shuttingDown());
        return RetryLater.on(answer).with("Connection", "close");
    }
}
