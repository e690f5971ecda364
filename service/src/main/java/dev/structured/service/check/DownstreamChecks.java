package dev.structured.service.check;

import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.Locale;

/// Checks what must hold between the keys of one downstream.
record DownstreamChecks(SourceMap places) {

    void check(DownstreamConfig downstream) {
        new HeaderCheck(places).setForAll(downstream, downstream.headers().keySet());
        AdaptiveLimitConfig limit = downstream.adaptiveLimit();
        if (limit != null) check(downstream, limit);
        checkUseless(downstream);
        if (downstream.breaker() != null) check(downstream.breaker());
        if (downstream.retry() != null) check(downstream.retry());
        if (downstream.tls() != null) check(downstream, downstream.tls());
        checkProtocol(downstream);
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

    private void checkProtocol(DownstreamConfig downstream) {
        if (!places.isSound(downstream, "url", "protocol")) return;
        String scheme = String.valueOf(downstream.url().getScheme()).toLowerCase(Locale.ROOT);
        String needed = switch (downstream.protocol()) {
            case H2 -> "https";
            case H2C -> "http";
            default -> scheme;
        };
        if (scheme.equals(needed)) return;
        places.report(downstream, "protocol",
                "'" + downstream.protocol().token() + "' is for a downstream whose 'url' begins with "
                        + needed
                        + "://; it begins with '" + scheme + ":'");
    }

    private void check(DownstreamConfig downstream, TlsConfig tls) {
        if (places.isSound(downstream, "url") && !"https".equalsIgnoreCase(downstream.url().getScheme())) {
            places.report(downstream, "tls",
                    "is for a downstream whose 'url' begins with https://; it begins with '"
                            + downstream.url().getScheme() + ":'");
        }
        if (places.has(tls, "certificate") != places.has(tls, "key")) {
            places.report(tls, places.has(tls, "key") ? "key" : "certificate",
                    "needs both 'certificate' and 'key', or neither");
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
