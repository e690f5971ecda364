package dev.structured.service.check;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.NearMiss;
import dev.structured.service.yaml.Places;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What must hold for what a part asks, and whom.
record CallChecks(ServiceConfig config, Places places) {
    /// What a fixed value has no use for.
    private static final List<String> OF_CALLS = List.of("method", "path", "query", "headers",
            "requestHeaders", "responseHeaders", "body", "idempotencyKey", "retry", "hedge", "each", "atOnce",
            "atMost", "onElementFailure", "onFailure", "fallback", "statuses", "budget", "minBudget",
            "target", "allow",
            "deny", "rename", "flatten");
    private static final List<String> OF_ELEMENTS = List.of("atOnce", "atMost", "onElementFailure");

    void check(PartConfig part) {
        if (places.has(part, "value")) {
            checkFixed(part);
            return;
        }
        checkWhom(part);
        checkBody(part);
        checkRepeating(part);
        checkEach(part);
        HeaderCheck headers = new HeaderCheck(places);
        headers.set(part, part.headers().keySet());
        if (part.requestHeaders() != null) headers.passed(part, part.requestHeaders());
        headers.returned(part, part.responseHeaders());
    }

    private void checkFixed(PartConfig part) {
        if (places.has(part, "from")) {
            places.report(part, "value",
                    "cannot stand beside 'from': a part is either a fixed value or asked "
                            + "for; remove one of them");
            return;
        }
        for (String key : OF_CALLS) {
            if (!places.has(part, key)) continue;
            places.report(part, key,
                    "is for a part that is asked for, but this one is a fixed 'value'; remove it");
        }
    }

    private void checkWhom(PartConfig part) {
        if (!places.has(part, "from")) {
            places.blame(part, "from", "has no 'from'; add 'from: NAME', the downstream that is asked, or "
                    + "'value: ...', a fixed value");
        }
        if (!places.has(part, "path")) {
            places.blame(part, "path",
                    "has no 'path'; add e.g. 'path: /products/${id}', what the downstream is asked for");
        }
        String name = part.downstream();
        List<String> known = List.copyOf(config.downstreams().keySet());
        if (name == null || known.isEmpty() || known.contains(name)) return;
        places.report(part, "from", "names the unknown downstream '" + name + "'" + NearMiss.hint(name, known)
                + " (known: " + String.join(", ", known) + ")");
    }

    private void checkBody(PartConfig part) {
        if (!places.has(part, "body") || !places.isSound(part, "method") || part.method().mayHaveBody())
            return;
        places.report(part, "body", "has no place in a " + part.method()
                + ", which has no body; write 'method: POST', or remove 'body'");
    }

    private void checkRepeating(PartConfig part) {
        if (!places.isSound(part, "method", "idempotencyKey", "retry", "hedge")) return;
        if (part.method().isIdempotent()) {
            if (part.idempotencyKey() == null) return;
            places.report(part, "idempotencyKey", "is of no use: a " + part.method()
                    + " may be sent twice without it; remove it");
        } else if (part.idempotencyKey() == null && part.downstream() != null) {
            checkRepeater(part, config.downstreams().get(part.downstream()));
        }
    }

    private void checkRepeater(PartConfig part, @Nullable DownstreamConfig asked) {
        List<String> repeaters = new ArrayList<>();
        if (asked != null && asked.retry() != null && part.retry()) repeaters.add("retry");
        if (asked != null && asked.hedge() != null && part.hedge()) repeaters.add("hedge");
        if (repeaters.isEmpty()) return;
        places.blame(part, "method", "is a " + part.method()
                + ", which must not be sent twice, but downstream '" + part.downstream() + "' has '"
                + String.join("' and '", repeaters)
                + "'; add an 'idempotencyKey' if the downstream heeds one, else write '"
                + String.join(": false' and '", repeaters) + ": false' in the part");
    }

    private void checkEach(PartConfig part) {
        if (places.has(part, "each")) {
            if (!part.responseHeaders().isEmpty()) {
                places.report(part, "responseHeaders",
                        "cannot stand beside 'each': of many answers, none could be chosen; remove it");
            }
            return;
        }
        for (String key : OF_ELEMENTS) {
            if (!places.has(part, key)) continue;
            places.report(part, key,
                    "is for a part with 'each', which is asked once for each element of a list; "
                            + "add 'each', or remove it");
        }
    }
}
