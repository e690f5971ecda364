package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.GuardObserver.Shed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A downstream that is not asked for a while when it has failed too often. Thread-safe.
///
/// What counts as a failure is what the downstream does: it cannot be reached, breaks off, answers 5xx, or
/// gives no answer in the time that a call usually takes. What does not count is what we do: calls that we
/// stop because nobody needs them, that had hardly any time from the beginning, or that we do not make.
final class CircuitBreakingDownstream implements Downstream {
    private final String name;
    private final Downstream inner;
    private final Breaker breaker;
    private final TypicalLatency typical;
    private final GuardObserver observer;

    /// @param typical the time that a good call takes
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
    /// @throws DownstreamException also with `CIRCUIT_OPEN`, and the time until the breaker lets calls
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
            works = works(e.type());
            throw e;
        } finally {
            if (cutShort && hadItsTime(watch)) works = false;
            breaker.leave(permission, works, watch.elapsed());
        }
    }

    private DownstreamException refused() {
        observer.shed(name, Shed.CIRCUIT_OPEN);
        return new DownstreamException(ErrorType.CIRCUIT_OPEN, name + " is not asked for a while", null,
                breaker.timeLeft());
    }

    private boolean judge(Reply reply) {
        if (reply.status() == 503) {
            Duration pause = RetryAfter.of(reply);
            if (pause != null) breaker.askedToWait(pause);
        }
        return reply.status() < 500;
    }

    private static @Nullable Boolean works(ErrorType type) {
        return switch (type) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, DNS, TLS, RESET, INCOMPLETE, PROTOCOL, TIMEOUT -> false;
            case HEADERS_TOO_LARGE, BODY_TOO_LARGE, CONTENT_CODING, INVALID_JSON, STATUS, NOT_FOUND ->
                true;
            default -> null;
        };
    }

    /// Whoever is asked for an answer in less time than answers take cannot be blamed for none.
    private boolean hadItsTime(Stopwatch watch) {
        return watch.isOutOfTime() && watch.elapsed() >= typical.nanos();
    }
}
