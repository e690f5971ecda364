package dev.structured.service.check;

import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.WebOrigin;
import dev.structured.service.yaml.SourceMap;
import java.util.List;
import java.util.Set;

/// What must hold for the permission of pages of other origins, by the rules of the Fetch standard.
record CorsCheck(CorsConfig cors, SourceMap places) {
    /// The headers that scripts cannot set (the Fetch standard, 2.2.2), beside those that
    /// [#isForbidden] finds by their beginning.
    private static final Set<String> SET_BY_BROWSERS = Set.of("accept-charset", "accept-encoding",
            "connection", "content-length", "cookie", "cookie2", "date", "dnt", "expect", "host",
            "keep-alive",
            "origin", "referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via");
    private static final Set<String> NEVER_SHOWN = Set.of("set-cookie", "set-cookie2");

    void check() {
        if (places.isSound(cors, "origins")) checkOrigins();
        for (String key : new String[]{"headers", "exposedHeaders"}) {
            if (!places.has(cors, key) || !places.isSound(cors, key)) continue;
            if (names(key).contains("*")) {
                places.of(cors, key).locate("*"::equals)
                        .report("has '*', which is no header; name each of them");
            }
            for (String name : names(key)) checkUse(key, name);
        }
        if (!places.isSound(cors, "methods")) return;
        for (Method method : new Method[]{Method.GET, Method.POST}) {
            if (!cors.methods().contains(method)) continue;
            places.of(cors, "methods").locate(method.name()::equals)
                    .report("has " + method + ", which browsers may always use; remove it");
        }
    }

    private void checkUse(String key, String name) {
        boolean sent = key.equals("headers");
        if (!(sent ? isForbidden(name) : NEVER_SHOWN.contains(name))) return;
        String why = sent
                ? "which browsers set themselves and pages cannot; remove it"
                        + (name.equals("cookie") ? ", and write 'credentials: true' for cookies" : "")
                : "which browsers show to no page; remove it";
        places.of(cors, key).locate(name::equalsIgnoreCase).report("has '" + name + "', " + why);
    }

    private static boolean isForbidden(String name) {
        return SET_BY_BROWSERS.contains(name) || name.startsWith("access-control-request-")
                || name.startsWith("proxy-") || name.startsWith("sec-");
    }

    private List<String> names(String key) {
        return key.equals("headers") ? cors.headers() : cors.exposedHeaders();
    }

    private void checkOrigins() {
        boolean credentials = places.isSound(cors, "credentials") && cors.credentials();
        if (cors.allowsAll() && credentials) {
            places.of(cors, "origins").locate("*"::equals)
                    .report("has '*' beside 'credentials: true', with which any page"
                            + " could act as its visitor; browsers refuse that; name the origins");
        } else if (cors.allowsAll() && cors.origins().size() > 1) {
            places.of(cors, "origins").locate("*"::equals)
                    .report("has '*', which stands for all origins, beside others; remove one of them");
        }
        if (cors.origins().contains(WebOrigin.NULL) && credentials) {
            places.of(cors, "origins").locate("null"::equals)
                    .report("has 'null' beside 'credentials: true', but any page can"
                            + " make a frame without an origin that acts as its visitor; remove one of them");
        }
    }
}
