package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks which of the client's cookies a route passes on, and which it gives to the client. Cookies are
/// given only where no answer serves two clients, and where one part decides which they are.
record CookieCheck(ServiceConfig config, RouteConfig route, SourceMap places) {
    private static final String COOKIE = "cookie";

    void check() {
        if (!route.parts().values().stream().allMatch(places::isSound)) return;
        PartConfig giver = null;
        for (PartConfig part : route.parts().values()) {
            CallConfig call = part.call();
            if (call == null) continue;
            checkPassed(part, call);
            if (call.setCookies().isEmpty()) continue;
            checkGiven(part, call, giver);
            giver = part;
        }
        if (!route.cookies().isEmpty() && !route.parts().isEmpty()
                && route.parts().values().stream().noneMatch(CookieCheck::usesRoutes)) {
            places.report(route, "cookies",
                    "has no effect: no part passes them on, since each has a list of its own or a fixed"
                            + " value; remove it");
        }
    }

    private static boolean usesRoutes(PartConfig part) {
        CallConfig call = part.call();
        return call != null && call.cookies() == null;
    }

    private void checkPassed(PartConfig part, CallConfig call) {
        if (route.cookies(part).isEmpty()) return;
        String other = otherCookies(part, call);
        if (other == null) return;
        Record owner = call.cookies() == null ? route : call;
        places.report(owner, "cookies", "names cookies, but " + other + " the header 'cookie' of part '"
                + part.name() + "'; remove one of them");
    }

    /// Returns what else decides which cookies a call sends, for a message; null if nothing does.
    private @Nullable String otherCookies(PartConfig part, CallConfig call) {
        if (call.headers().containsKey(COOKIE)) return "'headers' set";
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        if (asked != null && asked.headers().containsKey(COOKIE)) {
            return "'headers' of downstream '" + call.downstream() + "' set";
        }
        return route.requestHeaders(part).contains(COOKIE) ? "'requestHeaders' pass on all of" : null;
    }

    private void checkGiven(PartConfig part, CallConfig call, @Nullable PartConfig earlier) {
        if (earlier != null) {
            places.report(part, "setCookies", "stands in part '" + earlier.name()
                    + "', too, so that it would be chance which cookie the client keeps; remove one of them");
        } else if (part.each() != null) {
            places.report(part, "setCookies",
                    "cannot stand beside 'each': of many answers, none could be chosen; remove it");
        } else if (route.answer().etag()) {
            places.report(part, "setCookies",
                    "cannot stand beside 'answer: {etag: true}': a client that has the page would get no"
                            + " cookies; remove one of them");
        } else {
            checkShared(part, call);
        }
    }

    private void checkShared(PartConfig part, CallConfig call) {
        DownstreamConfig asked = config.downstreams().get(call.downstream());
        if (asked == null || call.method() != Method.GET) return;
        if (!places.isSound(asked, "cache", "coalesce")) return;
        List<String> keys = sharing(asked);
        if (keys.isEmpty()) return;
        places.report(part, "setCookies", "would give one client's cookies to others: downstream '"
                + call.downstream() + "' has '" + String.join("' and '", keys)
                + "', so one answer may serve many; ask another downstream without it");
    }

    private static List<String> sharing(DownstreamConfig asked) {
        if (asked.cache() != null) {
            return asked.coalesce() ? List.of("cache", "coalesce") : List.of("cache");
        }
        return asked.coalesce() ? List.of("coalesce") : List.of();
    }
}
