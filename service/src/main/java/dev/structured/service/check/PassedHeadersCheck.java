package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks that the headers of parts can arrive, their own and those of the client that a file passes on. A
/// part must not have a header that its downstream sets. A header that either of them sets is sent in place
/// of the client's, which is then of use in a variable only.
///
/// So each name that a route passes on changes what some part asks, and the page's `Vary` names no other.
record PassedHeadersCheck(ServiceConfig config, SourceMap places) {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    /// Checks the names of a part's own list.
    void check(PartConfig part, CallConfig call) {
        List<String> names = call.requestHeaders();
        if (names == null) return;
        Set<String> inVariables = inVariables(part);
        for (String name : names) {
            String setter = inVariables.contains(name) ? null : setter(call, name);
            if (setter == null) continue;
            places.of(call, "requestHeaders").locate(name::equalsIgnoreCase).report("has '" + name + "', but "
                    + setter + " sets it, so that the client's never arrives; remove one of them");
        }
    }

    /// Checks the headers that a part sets.
    void checkOwn(CallConfig call) {
        for (String name : call.headers().keySet()) {
            if (!isDownstreams(call, name)) continue;
            places.of(call, "headers").locateKey(name::equalsIgnoreCase).report("has '" + name
                    + "', but downstream '" + call.downstream()
                    + "' sets it, so that the part's never arrives; remove one of them");
        }
    }

    /// Checks the names of a route's list, which holds for every part without a list of its own.
    void check(RouteConfig route) {
        if (route.parts().isEmpty() || !route.parts().values().stream().allMatch(places::isSound)) return;
        for (String name : route.requestHeaders()) {
            boolean refused = HeaderPolicy.whyNotPassed(name) != null;
            if (refused || route.parts().values().stream().anyMatch(part -> uses(part, name))) continue;
            places.of(route, "requestHeaders").locate(name::equalsIgnoreCase).report("has '" + name
                    + "', but no part passes it on: each has a list of its own, sets the header, or has a "
                    + "downstream that sets it; remove it");
        }
    }

    private boolean uses(PartConfig part, String name) {
        if (inVariables(part).contains(name)) return true;
        CallConfig call = part.call();
        return call != null && call.requestHeaders() == null && setter(call, name) == null;
    }

    private static Set<String> inVariables(PartConfig part) {
        Set<String> names = new HashSet<>();
        part.variables(variable -> variable.header().ifPresent(names::add));
        return names;
    }

    /// Returns what sets a header of a call, for a message; null if nothing does.
    private @Nullable String setter(CallConfig call, String name) {
        if (isDownstreams(call, name)) return "downstream '" + call.downstream() + "'";
        if (call.headers().containsKey(name)) return "the part's 'headers'";
        boolean key = call.idempotencyKey() != null && name.equals(IDEMPOTENCY_KEY);
        return key ? "the part's 'idempotencyKey'" : null;
    }

    private boolean isDownstreams(CallConfig call, String name) {
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        return asked != null && (asked.headers().containsKey(name) || asked.send().names().contains(name));
    }
}
