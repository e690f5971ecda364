package dev.structured.service.commands;

import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.HostPattern;
import dev.structured.service.config.JsonMediaType;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.Priority;
import dev.structured.service.config.ProblemsConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.config.WebOrigin;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Explains a route before it is served: which downstreams it calls and in which order, how long it can take,
/// how many calls it can make.
public final class Explanation {
    private final ServiceConfig config;
    private final RouteConfig route;
    private final @Nullable SourceMap places;
    private final List<String> lines = new ArrayList<>();

    private Explanation(ServiceConfig config, RouteConfig route, @Nullable SourceMap places) {
        this.config = config;
        this.route = route;
        this.places = places;
    }

    /// Returns the explanation of a route, or a summary of all routes.
    ///
    /// @param name a route's path, or its method and path; null for all routes
    /// @throws CommandException if there is no such route
    public static String of(ServiceConfig config, @Nullable String name) throws CommandException {
        return of(config, name, null);
    }

    /// Returns the explanation of a route with the places of its values, or a summary of all routes.
    ///
    /// @param name a route's path, or its method and path; null for all routes
    /// @param places the places of the values in the files; null to leave them out
    /// @throws CommandException if there is no such route
    public static String of(ServiceConfig config, @Nullable String name, @Nullable SourceMap places)
            throws CommandException {
        if (name == null) return brief(config);
        List<RouteConfig> found = find(config, name);
        StringBuilder text = new StringBuilder();
        for (RouteConfig route : found) {
            if (!text.isEmpty()) text.append('\n');
            text.append(new Explanation(config, route, places).text());
        }
        return text.toString();
    }

    private static List<RouteConfig> find(ServiceConfig config, String name) throws CommandException {
        String wanted = name.strip().replaceAll(" +", " ");
        List<RouteConfig> found = config.routes()
                .stream()
                .filter(route -> List.of(route.name(), route.path(), route.pattern().text()).contains(wanted))
                .toList();
        if (!found.isEmpty()) return found;
        List<String> names = config.routes().stream().map(RouteConfig::name).toList();
        List<String> known = wanted.startsWith("/")
                ? config.routes().stream().map(RouteConfig::path).toList()
                : names;
        throw new CommandException("There is no route '" + wanted + "'" + Suggestion.hint(wanted, known)
                + "\nThe routes are:\n  " + String.join("\n  ", names));
    }

    private static String brief(ServiceConfig config) {
        Table table = new Table("route", "parts", "levels", "longest", "calls", "at most");
        for (RouteConfig route : config.routes()) {
            CallBound.Calls calls = CallBound.sum(new CallBound(config).of(route));
            RouteConfig page = route.batch() == null ? route : CallBound.pages(config, route.batch());
            table.row(route.name(), page.parts().size(), new CallGraph(page).levels().size(),
                    Words.time(new Explanation(config, route, null).longest()), calls.asked(), calls.most());
        }
        return table.text("")
                + "\nlongest: the longest time of a request; calls: the calls of its parts;"
                + " at most: with every retry and hedge.\nName a route to see its details.\n";
    }

    private String text() {
        lines.add(route.name());
        BatchConfig batch = route.batch();
        ProxyConfig proxy = route.proxy();
        if (proxy != null) {
            lines.addAll(new ProxyDescription(config, route, proxy).lines());
        } else if (batch == null) {
            page();
        } else {
            batch(batch);
        }
        lines.addAll(ParamText.of(route));
        hosts();
        access();
        limit();
        priority();
        browsers();
        problems();
        time();
        calls();
        written();
        if (batch != null || proxy != null) return joined();
        lines.add("");
        return joined() + "```mermaid\n" + Flowchart.of(route) + "```\n";
    }

    private String joined() {
        return String.join("\n", lines) + "\n";
    }

    /* --- Which downstreams are called --- */

    private void page() {
        CallGraph graph = new CallGraph(route);
        List<List<PartConfig>> levels = graph.levels();
        lines.add("A page of " + Words.counted(route.parts().size(), "part") + " on "
                + Words.counted(levels.size(), "level") + ", within " + Words.time(route.deadline()) + ".");
        for (int i = 0; i < levels.size(); i++) {
            lines.add("");
            lines.add("Level " + (i + 1)
                    + (i == 0 ? ", at once" : ", each part as soon as the parts that it needs have ended"));
            for (PartConfig part : levels.get(i)) lines.addAll(PartText.of(config, route, part));
        }
        answer();
        for (QuorumConfig quorum : route.quorum().values()) {
            lines.add("");
            lines.add("Quorum '" + quorum.name() + "': the page needs " + quorum.need() + " of "
                    + Words.list(quorum.of()) + "; " + switch (quorum.rest()) {
                        case WAIT -> "the others are waited for";
                        case CANCEL -> "the others are cancelled then";
                    });
        }
    }

    private void answer() {
        AnswerConfig answer = route.answer();
        if (answer.equals(AnswerConfig.PAGE)) return;
        lines.add("");
        LocationTemplate location = answer.location();
        lines.add("Answers " + answer.status() + (answer.hasBody() ? " with the page" : " without a body")
                + (answer.type().equals(JsonMediaType.JSON) ? "" : " as " + answer.type().text())
                + (location == null ? "" : ", Location " + location.text())
                + (answer.etag() ? ", with an ETag; 304 to a client that has the page" : "")
                + switch (answer.compress()) {
                    case AUTO -> "";
                    case ALWAYS -> ", compressed for every client that accepts it";
                    case NEVER -> ", never compressed";
                });
    }

    private void access() {
        AccessConfig access = route.access();
        if (access == null) return;
        lines.add("");
        if (!access.clients().isEmpty()) {
            lines.add(
                    "For " + Words.list(access.clients()) + ", by a key in " + config.edge().apiKeyHeader());
        }
        if (!access.issuers().isEmpty()) {
            lines.add("For bearers of tokens of " + Words.list(access.issuers())
                    + (access.scopes().isEmpty() ? "" : ", with " + Words.list(access.scopes())));
        }
    }

    private void hosts() {
        if (route.hosts().isEmpty()) return;
        lines.add("");
        lines.add("For requests to " + Words.list(route.hosts().stream().map(HostPattern::text).toList())
                + " only");
    }

    private void limit() {
        RateLimitConfig limit = route.rateLimit();
        if (limit == null) return;
        lines.add("");
        lines.add("At most " + Words.counted(limit.requests(), "request") + " in " + Words.time(limit.per())
                + " of "
                + switch (limit.by()) {
                    case CALLER -> "one caller";
                    case ADDRESS -> "one address" + (config.edge().trustedProxies().isEmpty()
                            ? ""
                            : ", as trusted proxies tell it by "
                                    + config.edge().forwardedHeader().headerName());
                    case ROUTE -> "all together";
                }
                + (limit.shared()
                        ? ", over all replicas; by each alone while the store does not answer"
                        : ""));
    }

    private void priority() {
        if (route.priority() == Priority.NORMAL) return;
        lines.add("");
        lines.add("Priority " + route.priority().label() + ", while there is more to do than can be done");
    }

    private void browsers() {
        CorsConfig cors = config.edge().cors();
        if (cors == null) return;
        lines.add("");
        lines.add("Pages of " + Words.list(cors.origins().stream().map(WebOrigin::text).toList()) + " may ask"
                + (cors.credentials() ? ", with cookies" : ""));
    }

    private void problems() {
        ProblemsConfig problems = config.problems();
        if (problems.equals(ProblemsConfig.NONE)) return;
        List<String> own = new ArrayList<>();
        if (problems.types() != null) own.add("types " + problems.types() + "…");
        if (!problems.texts().isEmpty()) {
            own.add(Words.counted(problems.texts().size(), "text")
                    + (problems.language() == null ? "" : " in " + problems.language()));
        }
        if (!problems.fields().isEmpty())
            own.add("the fields " + Words.list(List.copyOf(problems.fields().keySet())));
        lines.add("");
        lines.add("Problems have " + Words.list(own) + " of their own");
    }

    private void batch(BatchConfig batch) {
        lines.add("A batch of up to " + Words.counted(batch.atMost(), "page") + " of GET " + batch.route()
                + ", one for each of "
                + batch.items().text() + ", " + batch.atOnce() + " at a time, within "
                + Words.time(route.deadline()) + ".");
        lines.add("Its pages: explain " + batch.route());
    }

    /* --- How long it takes --- */

    private Duration longest() {
        if (route.proxy() != null) return route.deadline();
        BatchConfig batch = route.batch();
        if (batch == null) return new WorstCaseTime(route).whole();
        return WorstCaseTime.ofBatch(route, batch, new WorstCaseTime(CallBound.pages(config, batch)).whole());
    }

    private void time() {
        Duration longest = longest();
        boolean whole = longest.equals(route.deadline());
        lines.add("");
        lines.add("Longest time: " + Words.time(longest)
                + (whole
                        ? ", the deadline"
                        : "; the deadline of " + Words.time(route.deadline()) + " leaves room"));
        BatchConfig batch = route.batch();
        if (batch != null) {
            Duration page = new WorstCaseTime(CallBound.pages(config, batch)).whole();
            lines.add("  " + Words.counted(WorstCaseTime.rounds(batch), "round")
                    + " of pages that take up to " + Words.time(page) + " each");
            return;
        }
        WorstCaseTime time = new WorstCaseTime(route);
        Table way = new Table("from", "to", "part", "");
        for (WorstCaseTime.Leg leg : time.way()) {
            way.row(Words.time(leg.from()), Words.time(leg.to()), leg.part().name(),
                    leg.before() == null ? "" : "waits for " + leg.before().part().name());
        }
        lines.addAll(way.text("  ").lines().toList());
        List<String> late = time.untilDeadline();
        if (!late.isEmpty()) {
            lines.add("  May last until the deadline: " + Words.list(late));
        }
    }

    /* --- How many calls it makes --- */

    private void calls() {
        CallBound most = new CallBound(config);
        Map<String, CallBound.Calls> calls = most.of(route);
        if (calls.isEmpty()) return;
        lines.add("");
        lines.add("Most calls of one request");
        Table table = new Table("downstream", "asked for", "at most", "on average, at most");
        calls.forEach((name, each) -> row(table, name, each));
        if (calls.size() > 1) row(table, "all", CallBound.sum(calls));
        lines.addAll(table.text("  ").lines().toList());
        for (String factor : most.factors(route)) lines.add("  " + factor);
        lines.add("");
        lines.add("Downstreams");
        lines.addAll(DownstreamText.of(downstreams()));
    }

    private List<DownstreamConfig> downstreams() {
        return new CallBound(config).of(route).keySet().stream().map(config.downstreams()::get)
                .filter(Objects::nonNull).toList();
    }

    /* --- Where it is written --- */

    private void written() {
        if (places == null) return;
        List<String> written = WrittenText.of(places, route, downstreams());
        if (written.isEmpty()) return;
        lines.add("");
        lines.addAll(written);
    }

    private static void row(Table table, String name, CallBound.Calls calls) {
        table.row(name, calls.asked(), calls.most(), Words.number(calls.longRun()));
    }
}
