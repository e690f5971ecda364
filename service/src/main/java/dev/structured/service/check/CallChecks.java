package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must hold for what a part asks, and whom.
record CallChecks(ServiceConfig config, SourceMap places) {
    private static final String CONTENT_TYPE = "content-type";

    void check(PartConfig part) {
        CallConfig call = part.call();
        if (call == null) {
            checkFixed(part);
            return;
        }
        checkDownstream(call);
        checkBody(call);
        checkRepeating(call);
        checkWanted(call);
        checkEach(part, call);
        HeaderCheck headers = new HeaderCheck(places);
        headers.set(call, call.headers().keySet());
        checkContentType(call);
        if (call.requestHeaders() != null) {
            headers.passed(call, call.requestHeaders());
            checkPassed(part, call, call.requestHeaders());
        }
        headers.returned(call, call.responseHeaders());
    }

    private void checkFixed(PartConfig part) {
        if (places.has(part, "from")) {
            places.report(part, "value",
                    "cannot stand beside 'from': a part is either a fixed value or asked "
                            + "for; remove one of them");
            return;
        }
        for (String key : places.unused(part)) {
            places.report(part, key,
                    "is for a part that is asked for, but this one is a fixed 'value'; remove it");
        }
    }

    private void checkDownstream(CallConfig call) {
        String name = call.downstream();
        List<String> known = List.copyOf(config.downstreams().keySet());
        if (!places.isSound(call, "from") || known.isEmpty() || known.contains(name)) return;
        places.report(call, "from", "names the unknown downstream '" + name + "'" + Suggestion.hint(name,
                known)
                + " (known: " + String.join(", ", known) + ")");
    }

    /// A part cannot repeat calls in a way that its downstream does not.
    private void checkWanted(CallConfig call) {
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        if (asked == null || !places.isSound(asked, "retry", "hedge")) return;
        if (asked.retry() == null) refuseWanted(call, "retry");
        if (asked.hedge() == null) refuseWanted(call, "hedge");
    }

    private void refuseWanted(CallConfig call, String key) {
        if (!places.has(call, key) || places.of(call, key).text().equals("false")) return;
        places.report(call, key, "has no effect: downstream '" + call.downstream() + "' has no '" + key
                + "'; add it there, or remove it here");
    }

    private void checkBody(CallConfig call) {
        if (!places.has(call, "body") || !places.isSound(call, "method") || call.method().mayHaveBody())
            return;
        places.report(call, "body", "has no place in a " + call.method()
                + ", which has no body; write 'method: POST', or remove 'body'");
    }

    private void checkContentType(CallConfig call) {
        boolean body = call.body() != null || places.has(call, "body");
        if (body || !call.headers().containsKey(CONTENT_TYPE)) return;
        places.of(call, "headers").locateKey(CONTENT_TYPE::equalsIgnoreCase).report("has '" + CONTENT_TYPE
                + "', which tells of a body, but this part sends none; add a 'body', or remove it");
    }

    /// A header that is set hides the client's, which is then of use in a variable only.
    private void checkPassed(PartConfig part, CallConfig call, List<String> names) {
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        Set<String> inVariables = new HashSet<>();
        part.variables(variable -> variable.header().ifPresent(inVariables::add));
        for (String name : names) {
            if (inVariables.contains(name)) continue;
            String setter = null;
            if (call.headers().containsKey(name)) setter = "the part's 'headers'";
            if (asked != null
                    && (asked.headers().containsKey(name) || asked.send().names().contains(name))) {
                setter = "downstream '" + call.downstream() + "'";
            }
            if (setter == null) continue;
            places.of(call, "requestHeaders").locate(name::equalsIgnoreCase).report("has '" + name + "', but "
                    + setter + " sets it, so that the client's never arrives; remove one of them");
        }
    }

    private void checkRepeating(CallConfig call) {
        if (!places.isSound(call, "method", "idempotencyKey", "retry", "hedge")) return;
        if (!call.isRepeatable()) {
            checkRepeater(call, config.downstreams().get(call.downstream()));
        } else if (call.method().isIdempotent() && call.idempotencyKey() != null) {
            places.report(call, "idempotencyKey", "is of no use: a " + call.method()
                    + " may be sent twice without it; remove it");
        } else if (call.idempotencyKey() != null && call.idempotencyKey().variables().isEmpty()) {
            places.report(call, "idempotencyKey", "is the same for all calls, so that the downstream "
                    + "would take them for "
                    + "one; write a variable in it, such as ${request.id}");
        }
    }

    private void checkRepeater(CallConfig call, @Nullable DownstreamConfig asked) {
        List<String> repeaters = new ArrayList<>();
        if (asked != null && asked.retry() != null && call.retry()) repeaters.add("retry");
        if (asked != null && asked.hedge() != null && call.hedge()) repeaters.add("hedge");
        if (repeaters.isEmpty()) return;
        places.blame(call, "method", "is a " + call.method()
                + ", which must not be sent twice, but downstream '" + call.downstream() + "' has '"
                + String.join("' and '", repeaters)
                + "'; add an 'idempotencyKey' if the downstream heeds one, else write '"
                + String.join(": false' and '", repeaters) + ": false' in the part");
    }

    private void checkEach(PartConfig part, CallConfig call) {
        if (part.each() != null) {
            if (call.responseHeaders().isEmpty()) return;
            places.report(call, "responseHeaders",
                    "cannot stand beside 'each': of many answers, none could be chosen; remove it");
            return;
        }
        for (String key : places.unused(part)) {
            places.report(part, key,
                    "is for a part with 'each', which is asked once for each element of a list; "
                            + "add 'each', or remove it");
        }
    }
}
