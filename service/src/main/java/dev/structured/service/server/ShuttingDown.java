package dev.structured.service.server;

import dev.structured.core.CancelReason;
import dev.structured.core.SchedulerClosedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.Problems;
import dev.structured.service.edge.RetryAfter;
import dev.structured.service.edge.Verdict;
import java.util.function.BooleanSupplier;

/// Whether the service is on its way out, and what requests are told then.
final class ShuttingDown {
    private final BooleanSupplier accepting;

    /// @param accepting false once new requests are to be refused; before the scheduler refuses new runs
    ShuttingDown(BooleanSupplier accepting) {
        this.accepting = accepting;
    }

    /// Returns true once new requests are to be refused.
    boolean hasBegun() {
        return !accepting.getAsBoolean();
    }

    /// Returns true when a run failed because the service is shutting down: it was cancelled, or let in just before the
    /// scheduler closed and then not begun.
    static boolean explains(IllegalStateException failure) {
        return switch (failure) {
            case SchedulerClosedException _ -> true;
            case ScopeCancelledException cancelled ->
                cancelled.reason().source() == CancelReason.Source.SHUTDOWN;
            default -> false;
        };
    }

    /// Returns 503 with a time to come back, and closes the connection with it.
    static Answer answer(Exchange exchange, Verdict verdict) {
        exchange.verdict(verdict);
        return RetryAfter.on(Problems.shuttingDown().answer(exchange.id())).with("Connection", "close");
    }
}
