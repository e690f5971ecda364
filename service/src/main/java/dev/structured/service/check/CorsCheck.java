package dev.structured.service.check;

import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.Origin;
import dev.structured.service.yaml.SourceMap;
import java.util.List;

/// What must hold for the permission of pages of other origins, by the rules of the Fetch standard.
record CorsCheck(CorsConfig cors, SourceMap places) {

    void check() {
        if (places.isSound(cors, "origins")) checkOrigins();
        for (String key : new String[]{"headers", "exposedHeaders"}) {
            if (!places.has(cors, key) || !places.isSound(cors, key)) continue;
            if (names(key).contains("*")) {
                places.of(cors, key).locate("*"::equals)
                        .report("has '*', which is no header; name each of them");
            }
        }
        if (!places.isSound(cors, "methods")) return;
        for (Method method : new Method[]{Method.GET, Method.POST}) {
            if (!cors.methods().contains(method)) continue;
            places.of(cors, "methods").locate(method.name()::equals)
                    .report("has " + method + ", which browsers may always use; remove it");
        }
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
        if (cors.origins().contains(Origin.NULL) && credentials) {
            places.of(cors, "origins").locate("null"::equals)
                    .report("has 'null' beside 'credentials: true', but any page can"
                            + " make a frame without an origin that acts as its visitor; remove one of them");
        }
    }
}
