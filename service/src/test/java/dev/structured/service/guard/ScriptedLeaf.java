package dev.structured.service.guard;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A downstream that does with each call what a script says, and counts.
final class ScriptedLeaf implements Downstream {
    /// What is done with one call.
    interface Action {
        Reply answer() throws DownstreamException, InterruptedException;
    }

    /// What is done with call number n; the first is 1.
    interface Script {
        Action at(int number);
    }

    private final Script script;
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger peak = new AtomicInteger();

    ScriptedLeaf(Script script) {
        this.script = script;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        int number = calls.incrementAndGet();
        peak.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            return script.at(number).answer();
        } finally {
            running.decrementAndGet();
        }
    }

    static Action status(int status) {
        return () -> reply(status);
    }

    static Action after(long millis, int status) {
        return afterMicros(millis * 1_000, status);
    }

    static Action afterMicros(long micros, int status) {
        return () -> {
            Checkpoints.sleep(Duration.ofNanos(micros * 1_000));
            return reply(status);
        };
    }

    static Action retryAfter(int status, String value) {
        return () -> new Reply(status, MissingNode.getInstance(), Map.of("retry-after", value),
                Freshness.UNKNOWN);
    }

    static Action fails(ErrorType type) {
        return () -> {
            throw new DownstreamException(type, "scripted", null);
        };
    }

    static Action failsAfter(long millis, ErrorType type) {
        return () -> {
            Checkpoints.sleep(Duration.ofMillis(millis));
            throw new DownstreamException(type, "scripted", null);
        };
    }

    static Action hangs() {
        return () -> {
            Checkpoints.sleepForever();
            throw new AssertionError("slept for ever");
        };
    }

    static Reply reply(int status) {
        return new Reply(status, MissingNode.getInstance());
    }
}
