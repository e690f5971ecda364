package dev.structured.service.edge;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.TaskLock;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.IssuerConfig;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of an issuer, fetched from its downstream.
///
/// ```
///   none, or older than KEPT ──▶ a request asks for them, the others wait for it
///   older than refreshAfter ───▶ asked for in the background; until then the old ones are used
///   a token with another key ──▶ asked for at most once in UNKNOWN_PAUSE, however many such tokens come
/// ```
///
/// Thread-safe.
final class IssuerKeys {
    /// The time that keys are used if the issuer gives no newer ones.
    static final Duration KEPT = Duration.ofHours(1);
    /// The pause between two calls for a key that is not known.
    static final Duration UNKNOWN_PAUSE = Duration.ofSeconds(30);
    /// The pause between two calls while there are no keys at all.
    static final Duration FAILED_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(3);
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final IssuerConfig config;
    private final Downstream downstream;
    private final Executor background;
    private final LongSupplier nanoTime;
    /// Held by the task that asks, so that the others wait for its answer.
    private final TaskLock asking = new TaskLock("keys of an issuer");
    /// The last call for the keys; null for none. Written before a call begins.
    private final AtomicReference<@Nullable Asked> askedAt = new AtomicReference<>();
    private volatile @Nullable Known known;
    private volatile boolean inFlight;

    /// Keys that may have made a signature.
    ///
    /// @param all all keys of the issuer at that time
    record Candidates(JWKSet all, List<JWK> keys) {}

    /// Keys, and the time at which they were asked for.
    private record Known(JWKSet keys, long since) {}

    /// A call for the keys, and the time at which it began.
    private record Asked(long at) {}

    /// @param background runs code as a task that outlives the request; may refuse
    IssuerKeys(IssuerConfig config, Downstream downstream, Executor background, LongSupplier nanoTime) {
        this.config = config;
        this.downstream = downstream;
        this.background = background;
        this.nanoTime = nanoTime;
    }

    /// Takes over the keys of the same issuer in an earlier configuration.
    IssuerKeys after(@Nullable IssuerKeys before) {
        if (before != null && before.config.equals(config)) {
            known = before.known;
            askedAt.set(before.askedAt.get());
        }
        return this;
    }

    IssuerConfig config() {
        return config;
    }

    /// Returns all keys, the same object until they change; null if they are not known, or too old. Has them
    /// refreshed in the background when it is time.
    @Nullable
    JWKSet inUse() {
        Known now = usable();
        if (now == null) return null;
        refreshWhenDue(now);
        return now.keys();
    }

    private @Nullable Known usable() {
        Known now = known;
        return now == null || isOlder(now.since(), KEPT) ? null : now;
    }

    private void refreshWhenDue(Known now) {
        if (isOlder(now.since(), config.refreshAfter())) refreshSoon();
    }

    /// Returns the keys that may have made the signature, if they are known without waiting; otherwise null.
    @Nullable
    Candidates ifKnown(JWSHeader header) {
        Known now = usable();
        if (now == null) return null;
        Candidates found = select(now, header);
        if (found.keys().isEmpty() && (inFlight || mayAsk(UNKNOWN_PAUSE))) return null;
        refreshWhenDue(now);
        return found;
    }

    /// Returns the keys that may have made the signature; asks for them if necessary. Blocks. **Checkpoint.**
    ///
    /// @return without a key if the issuer has no such key; null if its keys are not known
    @Nullable
    Candidates await(JWSHeader header) {
        return asking.call(() -> {
            Candidates meanwhile = ifKnown(header);
            if (meanwhile != null) return meanwhile;
            if (mayAsk(known == null ? FAILED_PAUSE : UNKNOWN_PAUSE)) ask();
            Known now = usable();
            return now == null ? null : select(now, header);
        });
    }

    private static Candidates select(Known known, JWSHeader header) {
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        return new Candidates(known.keys(),
                matcher == null ? List.of() : new JWKSelector(matcher).select(known.keys()));
    }

    private void refreshSoon() {
        Asked last = askedAt.get();
        if (last != null && !isOlder(last.at(), UNKNOWN_PAUSE)) return;
        if (askedAt.compareAndSet(last, new Asked(nanoTime.getAsLong()))) background.execute(this::refresh);
    }

    private void refresh() {
        try {
            asking.run(() -> {
                Known now = known;
                if (now == null || isOlder(now.since(), config.refreshAfter())) ask();
            });
        } catch (RuntimeException e) {
            LOG.error("The keys of issuer '{}' could not be refreshed", config.name(), e);
        }
    }

    /// Called by the task that has the lock.
    private void ask() {
        askedAt.set(new Asked(nanoTime.getAsLong()));
        inFlight = true;
        try {
            fetch(nanoTime.getAsLong());
        } finally {
            inFlight = false;
        }
    }

    private void fetch(long now) {
        try {
            JWKSet keys = Timeouts.moveOnAfter(LONGEST_CALL, this::answered).orElseGet(_ -> {
                LOG.warn("The keys of issuer '{}' did not come within {} ms", config.name(),
                        LONGEST_CALL.toMillis());
                return null;
            });
            if (keys == null) return;
            Known before = known;
            // The same object, so that tokens that it has verified are still known.
            known = new Known(before != null && before.keys().equals(keys) ? before.keys() : keys, now);
        } catch (InterruptedException e) {
            Checkpoints.checkCancelled();
            Thread.currentThread().interrupt();
        }
    }

    /// Returns the keys; null if the issuer does not give them.
    private @Nullable JWKSet answered() throws InterruptedException {
        try {
            Reply reply = downstream.call(Call.get(config.path().text(), config.path().text()));
            if (reply.isSuccess()) return JWKSet.parse(reply.body().toString());
            LOG.warn("Asked for the keys of issuer '{}', its downstream answered {}", config.name(),
                    reply.status());
        } catch (DownstreamException | ParseException e) {
            // A cancelled call may end with any exception.
            Checkpoints.checkCancelled();
            LOG.warn("The keys of issuer '{}' could not be fetched: {}", config.name(), e.getMessage());
        }
        return null;
    }

    private boolean mayAsk(Duration pause) {
        Asked last = askedAt.get();
        return last == null || isOlder(last.at(), pause);
    }

    private boolean isOlder(long since, Duration age) {
        return nanoTime.getAsLong() - since >= age.toNanos();
    }
}
