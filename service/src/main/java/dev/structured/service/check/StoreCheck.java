package dev.structured.service.check;

import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.config.StoreConfig;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.yaml.SourceMap;

/// Checks what replicas share: there is a store where something is shared, and it is used where it is there.
record StoreCheck(ServiceConfig config, SourceMap places) {

    void check() {
        boolean used = false;
        for (RouteConfig route : config.routes()) {
            RateLimitConfig limit = route.rateLimit();
            if (limit == null || !limit.shared()) continue;
            used = true;
            needStore(limit);
        }
        for (DownstreamConfig downstream : config.downstreams().values()) {
            CacheConfig cache = downstream.cache();
            if (cache == null || !cache.shared()) continue;
            used = true;
            needStore(cache);
        }
        StoreConfig store = config.store();
        if (store == null) return;
        if (!used && places.isSound(config)) {
            places.report(config, "store",
                    "is used by nothing; add 'shared: true' to a 'rateLimit' or a 'cache', or remove "
                            + "it");
        }
        check(store);
    }

    private void needStore(Record sharing) {
        if (config.store() != null || !places.isSound(config, "store")) return;
        places.report(sharing, "shared", "needs a store; add e.g. 'store: {url: redis://redis:6379}' beside "
                + "'routes', or remove it");
    }

    private void check(StoreConfig store) {
        TlsConfig tls = store.tls();
        if (places.isSound(store, "url", "tls") && tls != null) {
            if (!store.isSecure()) {
                places.report(store, "tls",
                        "has no effect with a redis:// URL; write 'rediss://', or remove it");
            }
            if (places.has(tls, "serverName")) {
                places.report(tls, "serverName",
                        "is not possible for a store, whose certificate must have the "
                                + "host of the URL; remove it");
            }
            new TlsCheck(places).check(tls);
        }
        if (places.isSound(store, "username", "password") && store.username() != null
                && store.password() == null) {
            places.report(store, "username",
                    "has no effect without a password; add 'password', or remove it");
        }
        if (places.isSound(store, "prefix") && !store.prefix().matches("[A-Za-z0-9._-]{1,50}")) {
            places.report(store, "prefix", "must be 1 to 50 letters, digits, '.', '_' and '-'");
        }
    }
}
