package dev.structured.service.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.CacheConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The kept answers of one downstream, with their ages. Thread-safe; the configured size bounds an estimate
/// of their memory.
///
/// ```
///   kept ── Cache-Control, or freshFor ──▶ no longer fresh ── staleFor ──▶ gone
/// ```
///
/// The rules are those of a shared cache (RFC 9111). It does not keep an answer that says `no-store` or
/// `no-cache`, that has expired, or that is for a single client (`private`, or the answer to credentials). An
/// answer that is not kept still removes the kept one, which is outdated.
///
/// A kept reply is shared by all callers, so it must not be changed: see [Reply].
final class KeptAnswers {
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3_650);

    /// An answer, and its times in the scheduler's nanoseconds.
    private record Kept(Reply reply, long since, long freshUntil, long staleUntil, int weight) {}

    private final CacheConfig config;
    private final Ticker ticker;
    private final Cache<CallKey, Kept> cache;

    /// Answers age by the time of the scheduler whose task asks for them.
    KeptAnswers(CacheConfig config) {
        this(config, () -> Scheduler.current().nanoTime());
    }

    /// @param ticker the time by which answers age
    KeptAnswers(CacheConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
        // All work is done by the callers: no threads, and the same order each time in virtual time.
        this.cache = Caffeine.newBuilder()
                .maximumWeight(config.sizeBytes())
                .weigher((CallKey key, Kept kept) -> kept.weight())
                .expireAfter(Expiry.writing((CallKey _, Kept kept) -> left(kept)))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    private Duration left(Kept kept) {
        return Duration.ofNanos(Math.max(1, kept.staleUntil() - ticker.read()));
    }

    CacheConfig config() {
        return config;
    }

    /// Returns the time by which answers age, in nanoseconds.
    long now() {
        return ticker.read();
    }

    /* --- Looking --- */

    /// Returns the answer that replaces a call; null if there is none.
    @Nullable
    Reply fresh(CallKey key) {
        Kept kept = cache.getIfPresent(key);
        return kept != null && kept.freshUntil() - ticker.read() > 0 ? served(kept) : null;
    }

    /// Returns true if an answer is kept, fresh or not.
    boolean knows(CallKey key) {
        return cache.getIfPresent(key) != null;
    }

    /// Returns for how long an answer is kept, in nanoseconds; 0 if none is.
    long age(CallKey key) {
        Kept kept = cache.getIfPresent(key);
        return kept == null ? 0 : ticker.read() - kept.since();
    }

    /// Returns the answer that may replace that of a failed call; null if there is none.
    @Nullable
    Reply stale(CallKey key) {
        Kept kept = cache.getIfPresent(key);
        return kept != null && kept.staleUntil() - ticker.read() > 0 ? served(kept) : null;
    }

    /// Returns the reply with its freshness as of now: of a minute, half is left after 30 seconds.
    private Reply served(Kept kept) {
        Reply reply = kept.reply();
        Freshness said = reply.freshness();
        if (!said.known()) return reply;
        long left = Math.max(0, kept.freshUntil() - ticker.read());
        return new Reply(reply.status(), reply.body(), reply.headers(),
                new Freshness(true, TimeUnit.NANOSECONDS.toSeconds(left), said.shared()));
    }

    /* --- Keeping --- */

    /// Keeps a 2xx answer if that is allowed, and removes the previous one.
    ///
    /// @param asked the time of the call. The answer's `max-age` counts from there, because the time at which
    ///     the answer was written is unknown
    void keep(CallKey key, Call call, Reply reply, long asked) {
        long now = ticker.read();
        Freshness said = reply.freshness();
        long freshUntil = said.known()
                ? asked + Math.min(LONGEST_NANOS, TimeUnit.SECONDS.toNanos(said.seconds()))
                : now + config.freshFor().toNanos();
        long staleUntil = freshUntil + config.staleFor().toNanos();
        if (mayBeKept(call, said) && staleUntil - now > 0) {
            int weight = key.weight() + weight(reply);
            cache.put(key, new Kept(reply, now, freshUntil, staleUntil, weight));
        } else {
            cache.invalidate(key);
        }
    }

    /// Removes the kept answer to a call.
    void forget(CallKey key) {
        cache.invalidate(key);
    }

    private static boolean mayBeKept(Call call, Freshness said) {
        if (!said.shared()) return false;
        return said.known() ? said.seconds() > 0 : !call.hasCredentials();
    }

    private static int weight(Reply reply) {
        long weight = 200 + weight(reply.body());
        for (Map.Entry<String, String> header : reply.headers().entrySet()) {
            weight += 100 + 2L * (header.getKey().length() + header.getValue().length());
        }
        return (int) Math.min(weight, Integer.MAX_VALUE / 2);
    }

    /// Returns an estimate of a tree's memory, in bytes. The tree is at most as deep as
    /// [dev.structured.service.aggregate.StrictJson] allows.
    private static long weight(JsonNode node) {
        long weight = 32;
        if (node.isTextual()) {
            weight += 40 + 2L * node.textValue().length();
        } else if (node.isArray()) {
            for (JsonNode element : node) weight += 8 + weight(element);
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                weight += 90 + 2L * field.getKey().length() + weight(field.getValue());
            }
        }
        return weight;
    }

    @Override
    public String toString() {
        return "KeptAnswers[" + cache.estimatedSize() + " of at most " + config.sizeBytes() + " bytes]";
    }
}
