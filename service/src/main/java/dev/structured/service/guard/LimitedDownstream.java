package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.guard.GuardObserver.Shed;
import dev.structured.service.record.AttemptRecorder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A downstream with a limit of calls in flight. Further calls wait for a permit, first come first served. A
/// call is refused if too many wait already, or if it would get its permit with less time left than a call
/// takes: calls that would be too late are never sent, so the downstream does no useless work. Thread-safe.
final class LimitedDownstream implements Downstream {
    /// The time that must be left when a call begins, as a multiple of the average latency: about half of all
    /// calls take longer than the average.
    private static final int SLACK = 2;

    private final String name;
    private final Downstream inner;
    private final PermitPool capacity;
    private final int maxQueued;
    private final GuardObserver observer;

    LimitedDownstream(String name, Downstream inner, PermitPool capacity, int maxQueued,
            GuardObserver observer) {
        this.name = name;
        this.inner = inner;
        this.capacity = capacity;
        this.maxQueued = maxQueued;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// @throws DownstreamException also with `LIMIT_EXCEEDED`, if it gets no permit
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!capacity.permits.tryAcquire()) queue(call.attempt());
        try {
            return admitted(call);
        } finally {
            capacity.permits.release();
        }
    }

    /* --- Waiting --- */

    private void queue(@Nullable AttemptRecorder attempt) throws DownstreamException {
        if (attempt != null) attempt.queued();
        Deadline deadline = Checkpoints.effectiveDeadline();
        boolean mine = false;
        try {
            if (capacity.waiting.incrementAndGet() > maxQueued) {
                throw refused(Shed.QUEUE_FULL, "More than " + maxQueued + " calls wait already");
            }
            mine = awaitPermit(deadline);
        } finally {
            capacity.waiting.decrementAndGet();
        }
        if (!mine) throw refused(Shed.NO_TIME, "No permit in time");
        if (attempt != null) attempt.admitted();
    }

    private boolean awaitPermit(Deadline deadline) {
        if (deadline.isNever() || deadline.equals(Deadline.PASSED)) { // acquire throws in a cancelled task
            capacity.permits.acquire();
            return true;
        }
        Deadline latest = deadline.minus(Duration.ofNanos(SLACK * capacity.typical.nanos()));
        Duration expected = Duration.ofNanos(capacity.expectedWait());
        if (Scheduler.current().deadlineAfter(expected).isAfter(latest)) return false;
        boolean[] mine = {false};
        Timeouts.moveOnAt(latest, () -> {
            capacity.permits.acquire();
            mine[0] = true;
            return mine;
        });
        return mine[0];
    }

    private DownstreamException refused(Shed why, String message) {
        observer.shed(name, why);
        return new DownstreamException(ErrorType.LIMIT_EXCEEDED, message, null);
    }

    /* --- Calling --- */

    private Reply admitted(Call call) throws DownstreamException, InterruptedException {
        int inFlight = capacity.inFlight.incrementAndGet();
        Stopwatch watch = Stopwatch.start();
        Signal signal = null;
        try {
            Reply reply = inner.call(call);
            signal = Signal.of(reply.status());
            return reply;
        } catch (DownstreamException e) {
            signal = Signal.of(e.type());
            throw e;
        } finally {
            capacity.inFlight.decrementAndGet();
            if (signal == null && call.isLeftToClient(watch)) signal = Signal.NONE;
            learn(signal, call.measured(watch), inFlight);
        }
    }

    private void learn(@Nullable Signal signal, Stopwatch watch, int inFlight) {
        if (signal == null) signal = watch.isOutOfTime() ? Signal.OVERLOADED : Signal.NONE;
        if (signal == Signal.GOOD) capacity.typical.add(watch.elapsed());
        if (signal != Signal.NONE && capacity.adaptive != null) {
            capacity.adaptive.sample(watch, inFlight, signal == Signal.OVERLOADED);
        }
    }

    /// The information that the end of a call gives about the downstream's load.
    private enum Signal {
        /// Its latency is typical of the present load.
        GOOD,
        /// The downstream refused it or was too late.
        OVERLOADED,
        /// None: the latency of an error has other causes, and a call that was given up has no latency.
        NONE;

        static Signal of(int status) {
            return switch (status) {
                case 429, 503, 504 -> OVERLOADED;
                default -> status < 500 ? GOOD : NONE;
            };
        }

        static Signal of(ErrorType type) {
            return switch (type) {
                case CONNECT_REFUSED, CONNECT_TIMEOUT, TIMEOUT, LIMIT_EXCEEDED -> OVERLOADED;
                default -> NONE;
            };
        }
    }
}
