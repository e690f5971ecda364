package dev.structured.service.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SplicedJson;
import dev.structured.service.config.CacheConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The kept answers of one downstream. Thread-safe; the configured size bounds an estimate of their memory.
///
/// [KeepingRules] says which answers are kept, and [KeptAnswer] until when each may be used. A kept reply is
/// shared by all callers, so it must not be changed: see [Reply].
final class KeptAnswers {
    private final CacheConfig config;
    private final Ticker ticker;
    private final Cache<CallKey, KeptAnswer> cache;
    private final Set<CallKey> refreshed = ConcurrentHashMap.newKeySet();

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
                .weigher((CallKey key, KeptAnswer kept) -> weight(key, kept))
                .expireAfter(Expiry.writing((CallKey _, KeptAnswer kept) -> left(kept)))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    private Duration left(KeptAnswer kept) {
        return Duration.ofNanos(Math.max(1, kept.keptUntil() - ticker.read()));
    }

    CacheConfig config() {
        return config;
    }

    /// Returns the time by which answers age, in nanoseconds.
    long now() {
        return ticker.read();
    }

    /// Returns the answer to a call, fresh or not; null if none is kept.
    @Nullable
    KeptAnswer find(CallKey key) {
        return cache.getIfPresent(key);
    }

    /// Keeps the answer to a call in place of the one before.
    void put(CallKey key, KeptAnswer answer) {
        cache.put(key, answer);
    }

    /// Replaces an answer, unless another one has come meanwhile.
    ///
    /// @param next null to remove it
    /// @return true if it was replaced
    boolean replace(CallKey key, KeptAnswer before, @Nullable KeptAnswer next) {
        boolean[] replaced = {false};
        cache.asMap().computeIfPresent(key, (_, present) -> {
            replaced[0] = present == before;
            return replaced[0] ? next : present;
        });
        return replaced[0];
    }

    /// Removes the kept answer to a call.
    void forget(CallKey key) {
        cache.invalidate(key);
    }

    /* --- Refreshes --- */

    /// Begins the refresh of an answer.
    ///
    /// @return false if the answer is being refreshed, or `most` others are. After true, [#endRefresh] must
    ///     follow
    boolean beginRefresh(CallKey key, int most) {
        return refreshed.size() < most && refreshed.add(key);
    }

    void endRefresh(CallKey key) {
        refreshed.remove(key);
    }

    /// Returns true if the answer is being refreshed.
    boolean isRefreshed(CallKey key) {
        return refreshed.contains(key);
    }

    /* --- Sizes --- */

    private static int weight(CallKey key, KeptAnswer kept) {
        return key.weight() + weight(kept.reply());
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
        long weight = 32L + SplicedJson.length(node);
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
