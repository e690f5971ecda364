package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.KnownBy;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One route: a page made of parts, or a batch of pages.
///
/// The reader checks that a required part needs only parts that always have a value, that parts do not need
/// each other in a circle, and that no two parts fill the same field.
///
/// @param method the method that it answers
/// @param pattern the path with its parameters, e.g. `/products/{id}`
/// @param hosts the hosts that it answers for; empty for all
/// @param deadline the longest time from the request's arrival to the page
/// @param params the rules for parameters: those of the path, and those of the query that parts may use
/// @param query the names of the client's query parameters that every part passes on, unless it has a query
///     itself
/// @param requestHeaders the client's headers that every part without a list of its own passes on; in lower
///     case
/// @param cookies the names of the client's cookies that every part without a list of its own passes on
/// @param body the rule for the request's body; null if the route does not read one
/// @param access who may ask; null for anyone
/// @param rateLimit how many requests are answered; null for any number
/// @param priority how much its requests matter while there is more to do than can be done
/// @param passProblem whether the client gets the problem with which a required part is refused, unless the
///     part says otherwise
/// @param answer the status and the headers of the answer when the page is there
/// @param parts the parts by name, in the file's order, which is the order of the page's fields
/// @param quorum the quorums, by name
/// @param batch null for a page; a route with a batch has no parts
/// @param proxy null for a page; a route with a proxy has no parts, and answers all methods
@KnownBy("path")
public record RouteConfig(
        @Key(preset = "GET", says = "The method that the route answers.") Method method,
        @Key(name = "path", fix = "add e.g. 'path: /products/{id}'", says = "The path; a segment in "
                + "braces is a parameter.") RoutePath pattern,
        @Key(inDefaults = true, min = "1", max = "100", single = true, each = "host", says = "The hosts that it answers for, such as "
                + "shop.example, or *.shop.example for all below it; all hosts unless it is there.") //
        List<HostPattern> hosts,
        @Key(elsewhere = "timeout", inDefaults = true, fix = "add e.g. 'deadline: 800ms', the longest time that a request may take", min = "1ms", max = "10min", says = "The longest time that a request may take.") Duration deadline,
        @Key(max = "100", each = "parameter", says = "The rules for parameters. One that is not in the path is one of the query.") Map<String, ParamConfig> params,
        @Key(inDefaults = true, max = "100", each = "name", type = QueryName.class, says = "The client's query parameters "
                + "that every part passes on.") List<String> query,
        @Key(inDefaults = true, max = "50", each = "header", type = HeaderName.class, says = "The client's headers that "
                + "every part passes on; all others are dropped.") List<String> requestHeaders,
        @Key(inDefaults = true, max = "50", each = "cookie", type = CookieName.class, says = "The client's cookies that "
                + "every part passes on; all others are dropped.") List<String> cookies,
        @Key(says = "The JSON object that the request must have as its body.") @Nullable BodyConfig body,
        @Key(inDefaults = true, says = "Who may ask for the route; anyone unless it is there.") @Nullable AccessConfig access,
        @Key(inDefaults = true, says = "How many requests of a caller, an address or all together are answered; any number unless it is "
                + "there.") @Nullable RateLimitConfig rateLimit,
        @Key(inDefaults = true, preset = "normal", says = "How much its requests matter while there is more to do than can be done: the last "
                + "to be refused are the critical ones, the first those in bulk.") Priority priority,
        @Key(says = "How the route answers when its page is there.") AnswerConfig answer,
        @Key(inDefaults = true, preset = "false", says = "Whether the client gets the problem (application/problem+json) with which a required part is "
                + "refused; a part may say otherwise.") boolean passProblem,
        @Key(min = "1", max = "100", each = "part", says = "The parts of the page, by name.") Map<String, PartConfig> parts,
        @Key(max = "20", each = "quorum", says = "The number of some parts that must be present.") Map<String, QuorumConfig> quorum,
        @Key(says = "Makes many pages of another route in one request, instead of parts.") @Nullable BatchConfig batch,
        @Key(says = "Passes requests of all methods on to one downstream, instead of parts.") @Nullable ProxyConfig proxy) {

    /// The field of a page that says which parts are missing. No part may have this name.
    public static final String MISSING = "missing";

    public RouteConfig {
        hosts = List.copyOf(hosts);
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
        query = List.copyOf(query);
        requestHeaders = List.copyOf(requestHeaders);
        cookies = List.copyOf(cookies);
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        quorum = Collections.unmodifiableMap(new LinkedHashMap<>(quorum));
    }

    /// Returns the path with its parameters, behind the first of the route's hosts if it has any; the route's
    /// name in logs and metrics. Routes that answer different requests of one method have different ones.
    public String path() {
        return hosts.isEmpty() ? pattern.text() : hosts.getFirst().text() + pattern.text();
    }

    /// Returns the route's name among all routes: its method and path.
    public String name() {
        return (proxy == null ? method : "*") + " " + path();
    }

    /// Returns the rule of a parameter of the path: the one in `params`, or else the type that the path gives
    /// it.
    public ParamConfig pathParam(String parameter) {
        ParamConfig rule = params.get(parameter);
        if (rule != null) return rule;
        ShapedSegment shaped = pattern.shaped(parameter);
        return shaped == null ? ParamConfig.TEXT : ParamConfig.of(shaped.type());
    }

    /// Returns true if the route answers requests of this method.
    ///
    /// @param sent the method as it was sent
    public boolean answers(String sent) {
        if (proxy != null) return !sent.equals("CONNECT") && !sent.equals("TRACE");
        return method.name().equals(sent) || (method == Method.GET && sent.equals("HEAD"));
    }

    /// Returns the part of this name.
    ///
    /// @throws IllegalArgumentException if there is none
    public PartConfig part(String name) {
        PartConfig part = parts.get(name);
        if (part != null) return part;
        throw new IllegalArgumentException("Route '" + name() + "' has no part '" + name + "'");
    }

    /// Returns the query of a part's call.
    public QueryRules query(PartConfig part) {
        CallConfig call = part.call();
        QueryRules own = call == null ? null : call.query();
        return own == null ? new QueryRules(query, Map.of()) : own;
    }

    /// Returns the names of the client's headers that a part passes on, in lower case.
    public List<String> requestHeaders(PartConfig part) {
        CallConfig call = part.call();
        List<String> own = call == null ? null : call.requestHeaders();
        return own == null ? requestHeaders : own;
    }

    /// Returns the names of the client's cookies that a part passes on.
    public List<String> cookies(PartConfig part) {
        CallConfig call = part.call();
        if (call == null) return List.of();
        List<String> own = call.cookies();
        return own == null ? cookies : own;
    }

    /// Returns the names of the client's cookies that the parts pass on, or use in variables.
    public Set<String> namedCookies() {
        Set<String> names = new LinkedHashSet<>();
        for (PartConfig part : parts.values()) {
            names.addAll(cookies(part));
            part.variables(variable -> variable.cookie().ifPresent(names::add));
        }
        return names;
    }

    /// Returns true if answers of the route may set cookies. They are for one client, so they are never kept.
    public boolean setsCookies() {
        return parts.values().stream().anyMatch(part -> !part.setCookies().isEmpty());
    }

    /// Returns true if the page may be sent in pieces, whose head goes out before any part is there.
    public boolean mayBeStreamed() {
        return answer.mayBeStreamed() && !setsCookies();
    }

    /// Returns true if the client gets the problem with which a part is refused.
    public boolean passesProblem(PartConfig part) {
        Boolean own = part.failure().passProblem();
        return part.isRequired() && (own == null ? passProblem : own);
    }

    /// Returns the names of the parts that a part waits for, in the order of their first mention.
    public Set<String> needs(PartConfig part) {
        Set<String> needs = new LinkedHashSet<>();
        for (String name : part.mentions()) {
            if (parts.containsKey(name)) needs.add(name);
        }
        return needs;
    }
}
