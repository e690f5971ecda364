package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks the calls of parts: the downstream, the method, the body, the headers, and whether a call may
/// repeat.
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
        PassedHeadersCheck passed = new PassedHeadersCheck(config, places);
        passed.checkOwn(call);
        if (call.requestHeaders() != null) {
            headers.passed(call, call.requestHeaders());
            passed.check(part, call);
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
        Set<String> known = config.downstreams().keySet();
        if (!places.isSound(call, "from") || known.isEmpty() || known.contains(name)) return;
        places.report(call, "from", NameMessages.unknownDownstream(name, known));
    }

    /// A part cannot use retries or hedges that its downstream does not have.
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
