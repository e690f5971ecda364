package dev.structured.service.check;

import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import org.jspecify.annotations.Nullable;

/// Checks the keys for the failure of a part.
record OutcomeChecks(ServiceConfig config, PartConfig part, CallConfig call, SourceMap places) {

    void check() {
        if (!places.isSound(part, "required", "onFailure", "fallback")) return;
        checkFallback();
        checkRequired();
        if (call.failure().onFailure() == OnFailure.STALE) checkStale();
        call.failure().statuses().keySet().stream().filter(status -> status < 300).forEach(status -> places
                .of(part, "statuses").locateKey(String.valueOf(status)::equals)
                .report("has the status " + status + ", which is no failure; remove it"));
        if (places.has(part, "passProblem") && !part.isRequired()) {
            places.report(part, "passProblem",
                    "is for a required part, without which there is a problem and no "
                            + "page; add 'required: true', or remove it");
        }
        call.failure().statuses().forEach(this::checkMapped);
        if (places.has(part, "statuses") && !part.isRequired()) {
            places.report(part, "statuses", "is for a required part, without which there is no page; add "
                    + "'required: true', or remove it");
        }
    }

    private void checkMapped(int from, int to) {
        String header = switch (to) {
            case 407 -> "Proxy-Authenticate";
            case 426 -> "Upgrade";
            default -> null;
        };
        if (header == null) return;
        places.of(part, "statuses").locateKey(String.valueOf(from)::equals)
                .report("has the client's status " + to
                        + ", which needs the header " + header
                        + ": that belongs to one connection and is never passed through; "
                        + "choose another status");
    }

    private void checkFallback() {
        boolean wanted = call.failure().onFailure() == OnFailure.FALLBACK;
        if (wanted == places.has(part, "fallback")) return;
        if (wanted) {
            places.report(part, "onFailure",
                    "needs the value that stands in; add e.g. 'fallback: []'");
        } else {
            places.report(part, "fallback", "is never used; add 'onFailure: fallback', or remove it");
        }
    }

    private void checkRequired() {
        OnFailure onFailure = call.failure().onFailure();
        boolean written = places.has(part, "required");
        if (part.required() && leavesPage(onFailure)) {
            places.report(part, "onFailure", "contradicts 'required: true', with which there is no page "
                    + "without the part; remove one of them");
        } else if (written && !part.required() && onFailure == OnFailure.FAIL) {
            places.report(part, "onFailure", "contradicts 'required: false', with which there is a page "
                    + "without the part; remove one of them");
        }
    }

    private static boolean leavesPage(@Nullable OnFailure onFailure) {
        return onFailure == OnFailure.OMIT || onFailure == OnFailure.NULL || onFailure == OnFailure.FALLBACK;
    }

    private void checkStale() {
        if (call.method() != Method.GET && places.isSound(part, "method")) {
            places.report(part, "onFailure", "is of no use for a " + call.method()
                    + ": only answers to GETs are kept; choose another");
            return;
        }
        if (part.each() != null) {
            places.report(part, "onFailure",
                    "is of no use with 'each': no answer stands for a whole list; choose another");
            return;
        }
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        if (asked == null) return;
        CacheConfig cache = asked.cache();
        if (cache != null && (!cache.staleFor().isZero() || !places.isSound(cache, "staleFor"))) return;
        places.report(part, "onFailure", "needs downstream '" + call.downstream()
                + "' to keep answers; add e.g. 'cache: {staleFor: 10min}' to it");
    }
}
