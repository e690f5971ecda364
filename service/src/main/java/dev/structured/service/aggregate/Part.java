package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Task;
import dev.structured.service.aggregate.PartResult.Missing;
import dev.structured.service.aggregate.PartResult.Present;
import dev.structured.service.aggregate.PartResult.Skipped;
import dev.structured.service.config.PartConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One part of one page on its way: waits for what it needs, asks its downstream within its budget, judges
/// the answer.
///
/// Used by one task.
final class Part {
    private static final Logger LOG = LoggerFactory.getLogger(Part.class);
    private static final int NOT_FOUND = 404;

    private final PartConfig config;
    private final Backend backend;
    private final CallWriter writer;
    private final LongSupplier nanoTime;
    private boolean asked;
    private long askedAt;

    Part(PartConfig config, Backend backend, CallWriter writer, LongSupplier nanoTime) {
        this.config = config;
        this.backend = backend;
        this.writer = writer;
        this.nanoTime = nanoTime;
    }

    /// Returns what the part comes to. Blocks. **Checkpoint.**
    ///
    /// @param needs the tasks of the parts whose values its path needs, named after them
    /// @throws InterruptedException if the backend was interrupted by a cancellation
    PartResult get(List<Task<PartResult>> needs) throws InterruptedException {
        Map<String, JsonNode> values = new HashMap<>();
        for (Task<PartResult> need : needs) {
            if (!(need.await() instanceof Present(JsonNode value))) return skipped(need.name());
            values.put(need.name(), value);
        }
        try {
            return ask(writer.write(config, values));
        } catch (UnusableValueException e) {
            return missing(e.type(), null, e.detail());
        }
    }

    private PartResult ask(Call call) throws InterruptedException {
        asked = true;
        askedAt = nanoTime.getAsLong();
        Duration budget = config.budget();
        if (budget == null) return answer(call);
        return CancelScope.create("budget of " + config.name()).timeout(budget).call(() -> answer(call))
                .orElseGet(() -> missing(ErrorType.TIMEOUT, null,
                        "no answer within its budget of " + budget.toMillis() + " ms"));
    }

    private PartResult answer(Call call) throws InterruptedException {
        Checkpoints.checkCancelled();
        try {
            return judged(backend.call(call));
        } catch (BackendException e) {
            // A call that is stopped may come out as any failure; then it was stopped, and has not failed.
            Checkpoints.checkCancelled();
            LOG.debug("Part '{}' is missing: {}", config.name(), e.getMessage());
            return missing(e.type(), null, e.type().words());
        }
    }

    private PartResult judged(Reply reply) {
        int status = reply.status();
        if (status == NOT_FOUND) return missing(ErrorType.NOT_FOUND, status, ErrorType.NOT_FOUND.words());
        if (status / 100 != 2) {
            return missing(ErrorType.STATUS, status, "the downstream answered with status " + status);
        }
        if (reply.body().isMissingNode()) {
            return missing(ErrorType.INVALID_JSON, status, "the downstream's answer had no body");
        }
        return new Present(reply.body());
    }

    private PartResult skipped(String need) {
        return new Skipped(
                failure(ErrorType.MISSING_VALUE, null, "needs part '" + need + "', which is missing"));
    }

    private PartResult missing(ErrorType type, @Nullable Integer status, String detail) {
        return new Missing(failure(type, status, detail));
    }

    private PartFailure failure(ErrorType type, @Nullable Integer status, String detail) {
        return new PartFailure(config.name(), config.downstream(), type, status, detail);
    }

    /// Returns how long ago the downstream was asked, in nanoseconds; 0 if it was not.
    long nanosSinceAsked() {
        return asked ? nanoTime.getAsLong() - askedAt : 0;
    }
}
