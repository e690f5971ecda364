package dev.structured.service.check;

import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.CompressionConfig;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What must hold for how a route answers.
record AnswerCheck(RouteConfig route, AnswerConfig answer, SourceMap places) {

    /// @param compression of the edge
    void check(CompressionConfig compression) {
        if (!places.has(route, "answer") || !places.isSound(route, "answer")) return;
        if (places.has(route, "batch")) {
            places.report(route, "answer",
                    "has no effect beside 'batch', which answers 200 with the outcome of each"
                            + " page; remove it");
            return;
        }
        checkStatus();
        checkTag();
        checkLocation();
        if (answer.compress() == AnswerConfig.Compress.ALWAYS && places.isSound(compression, "encodings")
                && compression.encodings().isEmpty()) {
            places.report(answer, "compress",
                    "has no effect: 'compression' of 'edge' names no encodings; name some, or remove it");
        }
    }

    private void checkStatus() {
        if (!places.isSound(answer, "status")) return;
        if (!AnswerConfig.STATUSES.contains(answer.status())) {
            places.report(answer, "status",
                    "must be one of " + AnswerConfig.STATUSES.stream().map(String::valueOf)
                            .collect(Collectors.joining(", ")) + "; it is " + answer.status());
        } else if (answer.isRedirect() && !places.has(answer, "location")) {
            places.report(answer, "status", "is a redirect and needs 'location', where the client goes");
        } else if (!answer.mayHaveLocation() && places.has(answer, "location")) {
            places.report(answer, "location",
                    "is for 201, 202 and redirects, but 'status' is " + answer.status()
                            + "; change 'status', or remove it");
        } else if (!answer.hasBody()) {
            Stream.of("compress", "type").filter(key -> places.has(answer, key)).findFirst()
                    .ifPresent(key -> places.report(answer, key, "has no effect: an answer with status "
                            + answer.status() + " has no body; remove it"));
        }
    }

    private void checkTag() {
        if (!answer.etag() || !places.isSound(answer, "etag", "status") || !places.isSound(route, "method"))
            return;
        if (route.method() != Method.GET) {
            places.report(answer, "etag",
                    "is for a route that answers GET, whose pages can be asked for again; it"
                            + " answers " + route.method() + "; remove it");
        } else if (answer.status() != 200) {
            places.report(answer, "etag",
                    "is for a page that is sent with 200, but 'status' is " + answer.status()
                            + "; remove it");
        }
    }

    private void checkLocation() {
        LocationTemplate location = answer.location();
        if (location == null || !places.isSound(route, "path", "params", "parts")) return;
        Variable whole = location.whole();
        for (Variable variable : location.variables()) {
            String wrong = wrong(variable, whole != null);
            if (wrong == null) continue;
            YamlValue place = places.of(answer, "location");
            place.report(place.text().indexOf(variable.text()), wrong);
        }
        for (PartConfig part : route.parts().values()) checkReturned(part);
    }

    private void checkReturned(PartConfig part) {
        if (!part.responseHeaders().contains("location")) return;
        places.of(part, "responseHeaders").locate("location"::equalsIgnoreCase)
                .report("has 'location', which the"
                        + " route's 'answer' sets; remove one of them");
    }

    private @Nullable String wrong(Variable variable, boolean whole) {
        PartConfig part = route.parts().get(variable.name());
        if (part != null) return places.isSound(part) ? wrong(variable, part) : null;
        if (!isSent(variable)) {
            return "has the unknown variable " + variable.text()
                    + "; write a parameter of the route, a field of its"
                    + " body, ${request.id}, or a field of a part";
        }
        return whole
                ? "has " + variable.text()
                        + ", which the client chooses, as a whole address, so that anyone could send"
                        + " clients anywhere; write a path around it, such as /orders/" + variable.text()
                : noText(variable);
    }

    private @Nullable String noText(Variable variable) {
        if (!places.isSound(route, "path", "params", "body")) return null;
        DeclaredType declared = DeclaredType.of(variable, route);
        return declared == null ? null : declared.noText(variable);
    }

    private @Nullable String wrong(Variable variable, PartConfig part) {
        if (!isAlwaysThere(part)) {
            return "has " + variable.text() + ", but part '" + part.name()
                    + "' may be missing; make it 'required: true'";
        }
        boolean fixed = places.has(part, "value") && places.isSound(part, "value");
        return fixed ? DeclaredType.noField(variable, part) : null;
    }

    private boolean isSent(Variable variable) {
        return switch (variable.name()) {
            case Variable.BODY -> route.body() != null && !variable.fields().isEmpty();
            case Variable.REQUEST -> variable.text().equals("${request.id}");
            case Variable.CLIENT -> variable.text().equals("${client.name}") && route.access() != null;
            case Variable.COOKIE, Variable.HEADER, Variable.ITEM, Variable.JWT -> false;
            default -> variable.fields().isEmpty() && (route.pattern().parameters().contains(variable.name())
                    || route.params().containsKey(variable.name()));
        };
    }

    private boolean isAlwaysThere(PartConfig part) {
        if (!places.isSound(part, "required", "onFailure", "when")) return true;
        if (!part.when().isEmpty()) return false;
        return part.isRequired() || part.failure().onFailure() == OnFailure.FALLBACK
                || places.has(part, "value");
    }
}
