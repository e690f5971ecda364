package dev.structured.service.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Timeouts;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.store.SharedStore;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Counts the recent requests to all replicas, by route and caller.
///
/// The store knows a bucket by a hash: no address, name of a client or subject of a token is in it.
///
/// @param store counts
record SharedLimits(SharedStore store) {

    /// Counts a request, unless there are too many. Blocks: the store's time limit, or the route's
    /// deadline if that is shorter.
    ///
    /// @param client the client of the request
    /// @param who identifies the caller whose requests count together
    /// @return the decision; null if the store gave none
    RateLimits.@Nullable Decision count(Client client, RouteConfig route, RateLimitConfig policy,
            String who) {
        if (!store.isUp()) return null;
        String bucket = bucket(route.name(), policy, who);
        long used = client.call("rate limit", () -> Timeouts.moveOnAfter(route.deadline(),
                () -> store.take(bucket, RateLimits.whole(policy), RateLimits.one(policy)))
                .orElse(SharedStore.UNKNOWN));
        return used == SharedStore.UNKNOWN ? null : RateLimits.Decision.of(policy, used);
    }

    /// Returns the name of a bucket. A changed policy begins anew.
    private static String bucket(String route, RateLimitConfig policy, String who) {
        String text = policy.requests() + " " + policy.per().toNanos() + " " + policy.by() + " "
                + route.length()
                + " " + route + " " + who;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(UTF_8.encode(text)));
    }
}
