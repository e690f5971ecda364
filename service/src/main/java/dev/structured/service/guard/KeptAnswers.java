package dev.structured.service.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.CacheConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The answers of one downstream that are kept, and until when. Thread-safe; holds no more than its size, by
/// an estimate.
///
/// ```
///   kept ── Cache-Control, or freshFor ──▶ fresh no more ── staleFor ──▶ gone
/// ```
///
/// Whether an answer is kept is decided as by a cache that many share (RFC 9111): not one that says
/// `no-store`, `no-cache` or that its time is over; not one for a single client (`private`, or asked for with
/// credentials). An answer that is not kept takes the place of the one before it all the same: that has been
/// overtaken.
///
/// A kept reply is shared by all that get it. Nobody changes it: see [Reply].
final class KeptAnswers {
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3_650);

    /// An answer, and its times in the scheduler's nanoseconds.
    private record Kept(Reply reply, long freshUntil, long staleUntil, int weight) {}

    private final CacheConfig config;
    private final LongSupplier nanoTime;
    private final Cache<CallKey, Kept> cache;

    /// @param nanoTime the time by which answers age: the scheduler's
    KeptAnswers(CacheConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
        // All its work is done by those who call it: no threads, and the same order each time under virtual
        // time.
        this.cache = Caffeine.newBuilder()
                .maximumWeight(config.sizeBytes())
                .weigher((CallKey key, Kept kept) -> kept.weight())
                .expireAfter(Expiry.writing((CallKey _, Kept kept) -> left(kept)))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    private Duration left(Kept kept) {
        return Duration.ofNanos(Math.max(1, kept.staleUntil() - nanoTime.getAsLong()));
    }

    CacheConfig config() {
        return config;
    }

    /* --- Looking --- */

    /// Returns the answer that may be used instead of calling; null when there is none.
    @Nullable
    Reply fresh(CallKey key) {
        Kept kept = cache.getIfPresent(key);
        return kept != null && kept.freshUntil() - nanoTime.getAsLong() > 0 ? served(kept) : null;
    }

    /// Returns true when an answer is kept, fresh or not.
    boolean knows(CallKey key) {
        return cache.getIfPresent(key) != null;
    }

    /// Returns the answer that may stand in for a call that failed; null when there is none.
    @Nullable
    Reply stale(CallKey key) {
        Kept kept = cache.getIfPresent(key);
        return kept != null && kept.staleUntil() - nanoTime.getAsLong() > 0 ? served(kept) : null;
    }

    /// Returns the reply as of now: an answer that is fresh for a minute is so for half of it after 30
    /// seconds.
    private Reply served(Kept kept) {
        Reply reply = kept.reply();
        Freshness said = reply.freshness();
        if (!said.known()) return reply;
        long left = Math.max(0, kept.freshUntil() - nanoTime.getAsLong());
        return new Reply(reply.status(), reply.body(), reply.headers(),
                new Freshness(true, TimeUnit.NANOSECONDS.toSeconds(left), said.shared()));
    }

    /* --- Keeping --- */

    /// Keeps a 2xx answer if that is allowed, and forgets the one before it.
    ///
    /// @param asked when the call was made. Time that an answer has been told counts from there, for nobody
    ///     knows when on its way it was written
    void keep(CallKey key, Call call, Reply reply, long asked) {
        long now = nanoTime.getAsLong();
        Freshness said = reply.freshness();
        long freshUntil = said.known()
                ? asked + Math.min(LONGEST_NANOS, TimeUnit.SECONDS.toNanos(said.seconds()))
                : now + config.freshFor().toNanos();
        long staleUntil = freshUntil + config.staleFor().toNanos();
        if (mayBeKept(call, said) && staleUntil - now > 0) {
            int weight = key.weight() + weight(reply);
            cache.put(key, new Kept(reply, freshUntil, staleUntil, weight));
        } else {
            cache.invalidate(key);
        }
    }

    /// Keeps nothing any more for a call.
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

    /// Returns about how much memory a tree takes, in bytes. It is at most as deep as
    /// [dev.structured.service.aggregate.StrictJson] lets it be.
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
