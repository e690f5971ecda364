package dev.structured.service.check;

import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.Condition;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks that each variable of a part is known and fits its place.
record VariableCheck(RouteConfig route, PartConfig part, SourceMap places) {
    /// The prefixes by which other gateways name a request's parameters, as in `query.tag`.
    private static final Set<String> OF_REQUESTS = Set.of("query", "path", "param", "params", "request");

    /// The place of a variable.
    ///
    /// @param json true if the value may be any JSON; otherwise it must be text, a number or a boolean
    /// @param list true if the value may be a list of texts, numbers and booleans as well
    /// @param item true if `${item}` is known there
    private record Spot(String key, boolean json, boolean list, boolean item) {
        Spot(String key, boolean json, boolean item) {
            this(key, json, json, item);
        }
    }

    void check() {
        CallConfig call = part.call();
        if (call != null) check(call, part.each() != null);
        for (Condition condition : part.when()) {
            if (check(new Spot("when", true, false), condition.variable())) checkQuestion(condition);
        }
        if (part.source() instanceof PartSource.Each each && places.isSound(part, "each")
                && check(new Spot("each", true, false), each.list())) {
            DeclaredType declared = declared(each.list());
            report("each", each.list(), declared == null ? null : declared.noList(each.list()));
        }
        checkNeeds();
    }

    private void check(CallConfig call, boolean each) {
        check(new Spot("path", false, each), call.path().variables());
        if (call.query() != null)
            call.query().set().values().forEach(
                    text -> check(new Spot("query", false, text.pieces().size() == 1, each), text));
        call.headers().values().forEach(text -> check(new Spot("headers", false, each), text));
        if (call.idempotencyKey() != null)
            check(new Spot("idempotencyKey", false, each), call.idempotencyKey());
        if (call.body() != null)
            call.body().variables(variable -> check(new Spot("body", true, each), variable));
    }

    private void checkNeeds() {
        if (!places.isSound(route, "parts")) return;
        for (String need : part.needs()) {
            if (route.parts().containsKey(need)) continue;
            places.of(part, "needs").locate(need::equals).report(NameMessages.unknownPart(need, route));
        }
    }

    private void check(Spot spot, TextTemplate text) {
        check(spot, text.variables());
    }

    private void check(Spot spot, List<Variable> variables) {
        variables.forEach(variable -> check(spot, variable));
    }

    private void checkQuestion(Condition condition) {
        DeclaredType declared = declared(condition.variable());
        String wrong = declared == null ? null : declared.noQuestion(condition);
        if (wrong == null) return;
        places.of(part, "when").locate(condition.text()::equals).report(wrong);
    }

    /// Returns the declaration of a variable; null without one, or if it could not be read.
    private @Nullable DeclaredType declared(Variable variable) {
        if (!places.isSound(route, "path", "params", "body", "parts")) return null;
        DeclaredType declared = DeclaredType.of(variable, route);
        boolean ofPath = route.pattern().parameters().contains(variable.name())
                && !route.params().containsKey(variable.name());
        boolean sound = declared == null || ofPath || declared.rule() == ParamConfig.TEXT
                || places.isSound(declared.rule(), "type", "oneOf");
        return sound ? declared : null;
    }

    /// Returns the reason why the declared value does not fit its place; null if it may fit.
    private @Nullable String misfit(Spot spot, Variable variable) {
        PartConfig named = route.parts().get(variable.name());
        if (named != null && named != part && places.isSound(named) && places.isSound(named, "value")) {
            return DeclaredType.noField(variable, named);
        }
        DeclaredType declared = declared(variable);
        if (declared == null) return null;
        String none = declared.noValue(variable);
        if (none != null || spot.json) return none;
        return spot.list && declared.isFlatList() ? null : declared.noText(variable);
    }

    /// Returns true if the variable is known and fits.
    private boolean check(Spot spot, Variable variable) {
        String wrong = switch (variable.name()) {
            case Variable.BODY -> body(spot, variable);
            case Variable.CLIENT -> client(variable);
            case Variable.COOKIE -> cookie(variable);
            case Variable.JWT -> jwt(variable);
            case Variable.HEADER -> header(variable);
            case Variable.ITEM -> item(spot);
            case Variable.REQUEST -> request(variable);
            default -> named(spot, variable);
        };
        if (wrong == null) wrong = misfit(spot, variable);
        report(spot.key, variable, wrong);
        return wrong == null;
    }

    private void report(String key, Variable variable, @Nullable String wrong) {
        if (wrong == null) return;
        YamlValue place = places.of(part, key).locate(text -> text.contains(variable.text()));
        place.report(place.text().indexOf(variable.text()), wrong);
    }

    private @Nullable String body(Spot spot, Variable variable) {
        if (!places.has(route, "body")) {
            return "has " + variable.text() + ", but the route takes no body; add 'body' to the route, with "
                    + "'fields' that say what it must be";
        }
        return spot.json || !variable.fields().isEmpty()
                ? null
                : "has ${body}, which is an object; name a field of it: ${body.FIELD}";
    }

    private @Nullable String header(Variable variable) {
        if (variable.fields().size() != 1) {
            return "has " + variable.text() + "; name one header of the client: ${header.accept-language}";
        }
        if (!places.isSound(route, "requestHeaders") || !places.isSound(part, "requestHeaders")) return null;
        String name = variable.fields().getFirst();
        Set<String> known = new LinkedHashSet<>(route.requestHeaders(part));
        known.addAll(route.requestHeaders());
        if (known.contains(name)) return null;
        if (known.contains(name.toLowerCase(Locale.ROOT))) {
            return "has " + variable.text() + "; write it in lower case: ${header."
                    + name.toLowerCase(Locale.ROOT) + "}";
        }
        return "has " + variable.text() + ", but '" + name
                + "' is none of the headers that are taken in; add it to "
                + "'requestHeaders' of the route or of the part" + Suggestion.hint(name, known) + " "
                + NameMessages.known("known", known);
    }

    private static @Nullable String cookie(Variable variable) {
        return variable.cookie().isPresent()
                ? null
                : "has " + variable.text() + "; name one cookie of the client: ${cookie.session}";
    }

    private @Nullable String item(Spot spot) {
        if (spot.item) return null;
        return places.has(part, "each")
                ? "has ${item}, which is not known yet: '" + spot.key
                        + "' is looked at once, before the elements"
                : "has ${item}, but the part has no 'each'; add e.g. 'each: ${user.orders}', the list of the "
                        + "elements";
    }

    private @Nullable String client(Variable variable) {
        if (!variable.fields().equals(List.of("name"))) {
            return "has the unknown " + variable.text() + " (known: ${client.name})";
        }
        AccessConfig access = route.access();
        return !places.isSound(route, "access") || (access != null && !access.clients().isEmpty())
                ? null
                : "has ${client.name}, but the route does not ask who the client is;"
                        + " add 'access: {clients: [NAME]}'";
    }

    private @Nullable String jwt(Variable variable) {
        if (variable.fields().isEmpty()) return "has ${jwt}; name one of its claims: ${jwt.sub}";
        AccessConfig access = route.access();
        return !places.isSound(route, "access") || (access != null && !access.issuers().isEmpty())
                ? null
                : "has " + variable.text()
                        + ", but the route takes no tokens; add 'access: {issuers: [NAME]}'";
    }

    private static @Nullable String request(Variable variable) {
        return variable.fields().equals(List.of("id"))
                ? null
                : "has the unknown " + variable.text() + " (known: ${request.id})";
    }

    private @Nullable String named(Spot spot, Variable variable) {
        Set<String> parts = route.parts().keySet();
        boolean whole = variable.fields().isEmpty();
        String name = variable.name();
        if (parameters().contains(name)) {
            ParamConfig rule = route.params().get(name);
            return whole || (rule != null && rule.type() == ParamConfig.Type.ARRAY)
                    ? null
                    : "has " + variable.text() + ", but '" + name + "' is a parameter of the "
                            + (route.pattern().parameters().contains(name) ? "route's path" : "query")
                            + " and has no fields; write ${" + name + "}";
        }
        if (parts.contains(name)) {
            return spot.json || !whole
                    ? null
                    : "has ${" + name + "}, which is a part; name a field of it: ${" + name + ".FIELD}";
        }
        if (!places.isSound(route, "path", "params", "parts")) return null;
        return whole && !spot.json ? unknownParameter(name) : unknownName(variable, whole);
    }

    private Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>(route.pattern().parameters());
        names.addAll(route.params().keySet());
        return names;
    }

    private String unknownParameter(String name) {
        String unknown = "has the unknown parameter ${" + name + "}";
        if (route.query().contains(name)) {
            return unknown + ": 'query' only passes it on; add '" + name
                    + ": string' to 'params' of the route to use it";
        }
        return unknown + Suggestion.hint(name, parameters()) + " " + NameMessages.known(
                "the route's path '" + route.path() + "' has", List.copyOf(route.pattern().parameters()))
                + (route.params().isEmpty()
                        ? ""
                        : " " + NameMessages.known("'params'",
                                route.params().keySet()));
    }

    private String unknownName(Variable variable, boolean whole) {
        Set<String> parts = route.parts().keySet();
        List<String> known = new ArrayList<>(parts);
        if (whole) known.addAll(parameters());
        known.addAll(Variable.RESERVED);
        String name = variable.name();
        if (OF_REQUESTS.contains(name))
            return "needs the unknown part '" + name + "'; a parameter of the path, or one of 'params', is "
                    + "written by its name alone: ${" + variable.fields().getLast() + "}";
        return "needs the unknown part '" + name + "'" + Suggestion.hint(name, known) + " "
                + NameMessages.known("parts of the route", parts);
    }
}
