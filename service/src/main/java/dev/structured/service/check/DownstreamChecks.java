package dev.structured.service.check;

import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.yaml.SourceMap;

/// Checks what must hold between the keys of one downstream.
record DownstreamChecks(SourceMap places) {

    void check(DownstreamConfig downstream) {
        new EndpointChecks(downstream, places).check();
        new HeaderCheck(places).setForAll(downstream, downstream.headers().keySet());
        AdaptiveLimitConfig limit = downstream.adaptiveLimit();
        if (limit != null) check(downstream, limit);
        checkUseless(downstream);
        if (downstream.breaker() != null) check(downstream.breaker());
        if (downstream.retry() != null) check(downstream.retry());
        if (downstream.tls() != null) new TlsCheck(places).check(downstream.tls());
        CacheConfig cache = downstream.cache();
        if (cache != null) new CacheCheck(downstream, cache, places).check();
        checkSent(downstream);
    }

    private void checkSent(DownstreamConfig downstream) {
        if (!places.isSound(downstream, "send")) return;
        for (String name : downstream.headers().keySet()) {
            if (!downstream.send().names().contains(name)) continue;
            places.of(downstream, "headers").locateKey(name::equalsIgnoreCase).report("has '" + name
                    + "', which 'send' sets for each call; remove one of them");
        }
    }

    private void checkUseless(DownstreamConfig downstream) {
        if (places.isSound(downstream, "retry", "hedge") && places.has(downstream, "extra")
                && places.isSound(downstream.extra(), "share", "burst")
                && downstream.retry() == null && downstream.hedge() == null) {
            places.report(downstream, "extra", "has no effect: it bounds the calls of 'retry' and "
                    + "'hedge', and there is "
                    + "neither; add one of them, or remove it");
        }
        if (places.isSound(downstream, "deadlineHeaders", "deadlineMargin")
                && places.has(downstream, "deadlineMargin") && downstream.deadlineHeaders().isEmpty()) {
            places.report(downstream, "deadlineMargin", "has no effect: without 'deadlineHeaders' no "
                    + "call is told how much "
                    + "time is left; remove it, or name a header");
        }
    }

    private void check(DownstreamConfig downstream, AdaptiveLimitConfig limit) {
        if (!places.isSound(limit, "min", "start")) return;
        if (limit.min() > limit.start()) {
            places.report(limit, places.has(limit, "min") ? "min" : "start",
                    "makes the limit begin below its least: 'min' is " + limit.min() + ", 'start' is "
                            + limit.start() + "; 'start' must be at least 'min'");
        }
        if (places.isSound(downstream, "maxConnections") && limit.start() > downstream.maxConnections()) {
            places.report(limit, "start",
                    "makes the limit begin above all connections: 'start' is " + limit.start()
                            + ", 'maxConnections' is " + downstream.maxConnections()
                            + "; 'start' must be at most 'maxConnections'");
        }
    }

    private void check(BreakerConfig breaker) {
        if (!places.isSound(breaker, "minCalls", "window") || breaker.minCalls() <= breaker.window()) return;
        places.report(breaker, places.has(breaker, "minCalls") ? "minCalls" : "window",
                "keeps the breaker closed forever: 'minCalls' is " + breaker.minCalls()
                        + ", but only the last " + breaker.window()
                        + " calls count ('window'); 'minCalls' must be at most 'window'");
    }

    private void check(RetryConfig retry) {
        if (!places.isSound(retry, "base", "cap") || retry.base().compareTo(retry.cap()) <= 0) return;
        places.report(retry, places.has(retry, "base") ? "base" : "cap",
                "makes the first pause longer than the longest: 'base' is " + retry.base().toMillis()
                        + "ms, 'cap' is " + retry.cap().toMillis() + "ms; 'base' must be at most 'cap'");
    }
}
