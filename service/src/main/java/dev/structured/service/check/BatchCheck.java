package dev.structured.service.check;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import java.util.List;
import java.util.Optional;

/// Checks a route that makes many pages of another one.
record BatchCheck(List<RouteConfig> routes, RouteConfig route, SourceMap places) {

    void check() {
        BatchConfig batch = route.batch();
        if (batch == null) return;
        for (String key : List.of("query", "requestHeaders", "cookies", "passProblem")) {
            if (!places.has(route, key)) continue;
            places.report(route, key, "has no effect beside 'batch': the pages take in what route '"
                    + batch.route()
                    + "' says; remove it");
        }
        for (String key : List.of("parts", "quorum")) {
            if (!places.has(route, key)) continue;
            places.report(route, key,
                    "cannot stand beside 'batch', which makes pages of another route; remove one of them");
        }
        checkRequest();
        if (places.isSound(batch, "route")) checkTarget(batch);
        if (places.isSound(batch, "items") && !batch.items().name().equals(Variable.BODY)) {
            places.report(batch, "items",
                    "must be a list of the request's body, such as ${body.ids}; it is "
                            + batch.items().text());
        } else if (places.isSound(batch, "items")) {
            DeclaredType declared = DeclaredType.of(batch.items(), route);
            String wrong = declared == null ? null : declared.noValue(batch.items());
            if (declared != null && wrong == null) wrong = declared.noList(batch.items());
            if (wrong != null) places.report(batch, "items", wrong);
        }
    }

    private void checkRequest() {
        if (places.isSound(route, "method") && route.method() != Method.POST) {
            places.blame(route, "method", "is a batch and must answer POST, because its items are in the "
                    + "request's body; write 'method: POST'");
        }
        if (!places.has(route, "body")) {
            places.blame(route, "batch", "is a batch and has no 'body'; add what the items must be, e.g. "
                    + "'body: {fields: {ids: {type: array, required: true}}}'");
        }
    }

    private void checkTarget(BatchConfig batch) {
        List<RouteConfig> readable = routes.stream().filter(other -> places.isSound(other, "path")).toList();
        Optional<RouteConfig> target = batch.pagesOf(readable);
        if (target.isPresent()) {
            checkTarget(batch, target.get());
        } else if (readable.stream().anyMatch(other -> other.path().equals(batch.route()))) {
            places.report(batch, "route",
                    "must be a route that answers GET; '" + batch.route() + "' does not");
        } else {
            List<String> known = readable.stream()
                    .filter(other -> other.method() == Method.GET)
                    .map(RouteConfig::path)
                    .toList();
            places.report(batch, "route", "names the unknown route '" + batch.route() + "'"
                    + Suggestion.hint(batch.route(), known) + " (routes that answer GET: "
                    + (known.isEmpty() ? "none" : String.join(", ", known)) + ")");
        }
    }

    private void checkTarget(BatchConfig batch, RouteConfig target) {
        if (target.batch() != null) {
            places.report(batch, "route", "must not be a batch itself; name the route of a page");
        } else if (target.pattern().parameters().isEmpty()) {
            places.report(batch, "route",
                    "must have a parameter in its path that the items fill, such as /products/{id}; '"
                            + target.path()
                            + "' has none, so that all its pages would be the same");
        } else if (target.setsCookies()) {
            places.report(batch, "route",
                    "names a route with 'setCookies', but the many answers of a batch cannot set cookies;"
                            + " name another route");
        }
    }
}
