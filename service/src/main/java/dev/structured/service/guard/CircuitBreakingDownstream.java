package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.RetryAfter;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.guard.GuardObserver.Shed;
import java.time.Duration;

/// A downstream that is not called for a while after it has failed too often. Thread-safe.
///
/// Failures of the downstream count: it cannot be reached, breaks the connection, answers 5xx, or gives no
/// answer within its typical latency. Decisions of the caller do not count: a call that was stopped because
/// its answer was no longer needed, had almost no time from the beginning, or was never sent.
final class CircuitBreakingDownstream implements Downstream {
    private final String name;
    private final Downstream inner;
    private final Breaker breaker;
    private final TypicalLatency typical;
    private final GuardObserver observer;

    /// @param typical the latency of good calls
    CircuitBreakingDownstream(String name, Downstream inner, Breaker breaker, TypicalLatency typical,
            GuardObserver observer) {
        this.name = name;
        this.inner = inner;
        this.breaker = breaker;
        this.typical = typical;
        this.observer = observer;
        breaker.observedBy(observer);
    }

    /// {@inheritDoc}
    ///
    /// @throws DownstreamException also with `CIRCUIT_OPEN`, with the time until the breaker lets calls
    ///     through again
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        Breaker.Permission permission = breaker.enter();
        if (permission == null) throw refused();
        Stopwatch watch = Stopwatch.start();
        Boolean works = null;
        boolean cutShort = true;
        try {
            Reply reply = inner.call(call);
            cutShort = false;
            works = judge(reply);
            return reply;
        } catch (DownstreamException e) {
            cutShort = false;
            works = e.type().downstreamWorks();
            throw e;
        } finally {
            Stopwatch measured = call.measured(watch);
            if (cutShort && !call.isLeftToClient(watch) && hadItsTime(measured)) works = false;
            breaker.leave(permission, works, measured.elapsed());
        }
    }

    private DownstreamException refused() {
        observer.shed(name, Shed.CIRCUIT_OPEN);
        return new DownstreamException(ErrorType.CIRCUIT_OPEN, name + " is not called for a while", null,
                breaker.timeLeft());
    }

    private boolean judge(Reply reply) {
        if (reply.status() == 503) {
            Duration pause = RetryAfter.of(reply);
            if (pause != null) breaker.askedToWait(pause);
        }
        return reply.status() < 500;
    }

    /// Returns true if the call was stopped after at least the typical latency. The downstream is not to
    /// blame for a call that had less time than that.
    private boolean hadItsTime(Stopwatch watch) {
        return watch.isOutOfTime() && watch.elapsed() >= typical.nanos();
    }
}
