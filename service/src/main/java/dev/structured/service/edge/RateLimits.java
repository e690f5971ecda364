package dev.structured.service.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.structured.service.config.RateLimitConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// Counts recent requests by route and caller. Thread-safe; does not block.
///
/// A bucket is one number: the time at which it will be full again (the "generic cell rate algorithm"). Each
/// request moves it on by the time in which one request is allowed again; if that would be more than a whole
/// bucket from now, the request is refused and the number stays.
///
/// If there are more callers than [#MOST], the least frequent are forgotten, and begin with a full bucket
/// when they come again. So a flood of callers that come once each takes no memory, and does not displace
/// frequent callers.
final class RateLimits {
    /// The most buckets: some 16 MB of heap.
    static final int MOST = 65_536;
    /// The longest name of a caller that is kept as it is; tokens may have a subject of kilobytes.
    private static final int LONGEST_NAME = 64;
    /// The longest time for which a bucket can be less than full.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Cache<Key, AtomicLong> buckets = Caffeine.newBuilder().maximumSize(MOST)
            .expireAfterAccess(LONGEST).build();
    /// @param policy the policy, so that a changed one begins anew
    private record Key(String route, RateLimitConfig policy, String who) {}

    /// The decision about a request.
    ///
    /// @param remaining the number of further requests that are allowed at once
    /// @param resetNanos the time until the bucket is full
    /// @param retryNanos the time until the next request is allowed; 0 if this one is
    record Decision(long remaining, long resetNanos, long retryNanos) {
        /// @param used the used part of the bucket, including this request; more than the whole if it was
        ///     refused
        static Decision of(RateLimitConfig policy, long used) {
            long whole = whole(policy);
            long one = one(policy);
            if (used > whole) return new Decision(0, used - one, used - whole);
            return new Decision((whole - used) / one, used, 0);
        }

        boolean allowed() {
            return retryNanos == 0;
        }
    }

    /// Returns the size of a bucket, in nanoseconds.
    static long whole(RateLimitConfig policy) {
        return policy.per().toNanos();
    }

    /// Returns the part of a bucket that one request takes, in nanoseconds.
    static long one(RateLimitConfig policy) {
        return whole(policy) / policy.requests();
    }

    /// Counts a request, unless there are too many.
    ///
    /// @param who identifies the caller whose requests count together
    /// @param now the time of the request, in nanoseconds; only differences count
    Decision count(String route, RateLimitConfig policy, String who, long now) {
        AtomicLong bucket = buckets.get(new Key(route, policy, named(who)), _ -> new AtomicLong(now));
        long whole = whole(policy);
        long one = one(policy);
        while (true) {
            long full = bucket.get();
            long used = Math.max(full - now, 0) + one;
            if (used > whole || bucket.compareAndSet(full, now + used)) return Decision.of(policy, used);
        }
    }

    /// Returns a short text for a caller, the same each time.
    private static String named(String who) {
        return who.length() <= LONGEST_NAME
                ? who
                : HexFormat.of().formatHex(Sha256.of(StandardCharsets.UTF_8.encode(who)));
    }

    /// Returns the approximate number of buckets.
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
