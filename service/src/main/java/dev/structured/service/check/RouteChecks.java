package dev.structured.service.check;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import dev.structured.service.yaml.SourceMap;
import java.util.HashMap;
import java.util.Map;

/// Checks what must hold between the keys of a route.
record RouteChecks(RouteConfig route, SourceMap places) {

    void check() {
        checkBody();
        checkNames();
        new HeaderCheck(places).passed(route, route.requestHeaders());
        checkReturnedHeaders();
        if (!places.has(route, "parts") && !places.has(route, "batch") && !places.has(route, "proxy")) {
            places.blame(route, "path",
                    "has no 'parts'; add the parts of the page, each with a 'from' and a 'path'");
        }
    }

    private void checkBody() {
        if (!places.has(route, "body") || !places.isSound(route, "method")) return;
        if (route.method().mayHaveBody()) return;
        places.report(route, "body", "has no place in a route that answers " + route.method()
                + ", which has no body; write 'method: POST', or remove 'body'");
    }

    private void checkNames() {
        route.parts().forEach((name, part) -> {
            if (name.equals(RouteConfig.MISSING)) {
                places.of(part).report("has a reserved name: the page's field '" + name
                        + "' says which parts are missing; choose another");
            } else if (Variable.RESERVED.contains(name)) {
                places.of(part).report(reserved(name));
            } else if (route.pattern().parameters().contains(name) || route.params().containsKey(name)) {
                places.of(part).report("has the name of a parameter, so that ${" + name
                        + "} could mean either; choose another");
            }
        });
    }

    static String reserved(String name) {
        return "has a reserved name: ${" + name + "} means " + switch (name) {
            case Variable.BODY -> "the request's body";
            case Variable.CLIENT -> "the client that asks";
            case Variable.COOKIE -> "the client's cookies";
            case Variable.JWT -> "the claims of a token";
            case Variable.HEADER -> "the client's headers";
            case Variable.ITEM -> "the element of a part with 'each'";
            default -> "the request itself";
        } + "; choose another";
    }

    /// Refuses a header that two parts return: the order of their answers would decide which one the client
    /// gets.
    private void checkReturnedHeaders() {
        Map<String, String> givers = new HashMap<>();
        route.parts().forEach((name, part) -> {
            for (String header : part.responseHeaders()) {
                String other = givers.putIfAbsent(header, name);
                if (other == null) continue;
                places.of(part, "responseHeaders").locate(header::equalsIgnoreCase).report("has '" + header
                        + "', which the client gets of part '" + other + "' already; remove one of them");
            }
        });
    }
}
