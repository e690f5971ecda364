package dev.structured.service.edge;

import dev.structured.service.admission.Entrance;
import dev.structured.service.aggregate.PageSource;
import dev.structured.service.config.ClientConfig;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.store.SharedStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All routes of one configuration, with the source of their pages. Immutable: the server replaces it as a
/// whole.
///
/// If several routes match a request, those of its host come before those of all hosts, and among these the
/// first one in the file answers; `check` makes sure that a narrower one comes first. A path may end with one
/// more slash. Unnecessarily escaped letters count as themselves (RFC 3986, 6.2.2.2). Values of parameters
/// are percent-decoded once, before they are compared with a type or pattern.
public final class RouteTable {
    private static final String GET = Method.GET.name();
    private static final String HEAD = "HEAD";
    private static final String OPTIONS = "OPTIONS";
    /// The target of an OPTIONS that asks for no path (RFC 9110, 9.3.7).
    private static final String WHOLE_SERVER = "*";

    private final List<RouteConfig> routes;
    private final HostIndex index;
    private final EdgeConfig edge;
    private final ProblemStyle problems;
    private final Filter access;
    private final Filter priority;
    private final @Nullable Filter admission;
    private final @Nullable SharedStore store;
    private final PageSource pages;
    private final Runnable whenUnused;

    /// The number of requests that hold this table, plus one while it is served. At 0 the table is released
    /// forever.
    private final AtomicInteger users = new AtomicInteger(1);

    private RouteTable(List<RouteConfig> routes, EdgeConfig edge, ProblemStyle problems, Filter access,
            Filter priority, @Nullable Filter admission, @Nullable SharedStore store, PageSource pages,
            Runnable whenUnused) {
        this.store = store;
        this.routes = List.copyOf(routes);
        this.index = new HostIndex(
                routes.stream()
                        .map(route -> new ServedRoute(route, RequestHeaders.of(route, routes), problems))
                        .toList());
        this.edge = edge;
        this.problems = problems;
        this.access = access;
        this.priority = priority;
        this.admission = admission;
        this.pages = pages;
        this.whenUnused = whenUnused;
    }

    /// Returns the table of `routes`, in the file's order, whose pages come from `pages`.
    public static RouteTable of(List<RouteConfig> routes, PageSource pages) {
        return new RouteTable(routes, EdgeConfig.NONE, ProblemStyle.PLAIN,
                access(EdgeConfig.NONE, List.of(), Issuers.NONE), new PriorityFilter(List.of(), List.of()),
                null, null, pages, () -> {});
    }

    /// Returns the table of the routes of a configuration, whose pages come from `pages`.
    ///
    /// @param issuers the issuers of the configuration
    /// @param entrance begins the pages, if the configuration wants that; null to begin all of them
    /// @param store the store that replicas share; null for none
    /// @param whenUnused called once, when another table is served and the last request of this one has
    ///     ended; on that request's thread
    public static RouteTable of(ServiceConfig config, Issuers issuers, @Nullable Entrance entrance,
            @Nullable SharedStore store, PageSource pages, Runnable whenUnused) {
        Filter admission = entrance == null || !config.edge().admission()
                ? null
                : new AdmissionFilter(config, entrance);
        return new RouteTable(config.routes(), config.edge(), ProblemStyle.of(config.problems()),
                access(config.edge(), config.clients().values(), issuers),
                new PriorityFilter(config.edge().priorityFrom(), config.clients().values()),
                admission, store, pages, whenUnused);
    }

    /// Returns the source of the pages of all routes.
    PageSource pages() {
        return pages;
    }

    /// Returns the settings of the edge for all routes.
    EdgeConfig edge() {
        return edge;
    }

    /// Returns the style of problems.
    ProblemStyle problems() {
        return problems;
    }

    /// Returns the store that replicas share; null for none.
    @Nullable
    SharedStore store() {
        return store;
    }

    /// Returns the filter of the routes that require access.
    Filter access() {
        return access;
    }

    /// Returns the filter that determines the priority of a request.
    Filter priority() {
        return priority;
    }

    /// Returns the filter that refuses pages while there is too much to do; null for none.
    @Nullable
    Filter admission() {
        return admission;
    }

    private static Filter access(EdgeConfig edge, Collection<ClientConfig> clients, Issuers issuers) {
        return new AccessFilter(edge.apiKeyHeader(), clients, issuers);
    }

    /// Returns true if any of the routes matches `wanted`.
    boolean anyRoute(Predicate<RouteConfig> wanted) {
        return routes.stream().anyMatch(wanted);
    }

    /// Holds the table for a request; false if it was released, because another one is served.
    boolean hold() {
        int now = users.get();
        while (now > 0 && !users.compareAndSet(now, now + 1))
            now = users.get();
        return now > 0;
    }

    /// Undoes one [#hold()], or the hold that the table began with.
    public void release() {
        if (users.decrementAndGet() == 0) whenUnused.run();
    }

    /// The result of looking up a request.
    sealed interface Match {
        /// A route that answers it.
        ///
        /// @param params the values of the path's parameters, decoded
        record Found(ServedRoute served, Map<String, String> params) implements Match {}

        /// Routes with this path that answer other methods; OPTIONS is answered with these.
        ///
        /// @param path the path of the first of these routes
        /// @param allow the methods, as the header `Allow` names them
        record OtherMethods(String path, String allow) implements Match {}

        /// No route has this path.
        record Nothing() implements Match {}

        /// No route is for this host, whatever the path.
        record OtherHosts() implements Match {}
    }

    /// Looks up a request. `OPTIONS *` is about all paths of the host.
    ///
    /// @param method as it was sent
    /// @param host the host that the request is for, with or without a port; null without one
    /// @param path as it was sent, still encoded, without the query; null without one
    Match match(String method, @Nullable String host, @Nullable String path) {
        List<RouteIndex> ofHost = index.of(host);
        if (ofHost.isEmpty()) return new Match.OtherHosts();
        if (method.equals(OPTIONS) && WHOLE_SERVER.equals(path)) {
            return new Match.OtherMethods(WHOLE_SERVER,
                    allow(ofHost.stream().flatMap(each -> each.all().stream()).toList()));
        }
        // An unnecessarily escaped letter is that letter, for the values of parameters and for downstreams;
        // otherwise a wider route would get requests of a narrower one.
        List<String> segments = path == null ? null : PathSegments.of(PathSegments.plain(path));
        if (segments == null) return new Match.Nothing();
        List<ServedRoute> samePath = new ArrayList<>();
        for (RouteIndex routesOfHost : ofHost) {
            for (ServedRoute served : routesOfHost.candidates(segments)) {
                if (!served.hasPath(segments)) continue;
                if (served.route().answers(method)) {
                    return new Match.Found(served, served.params(segments));
                }
                samePath.add(served);
            }
        }
        if (samePath.isEmpty()) return new Match.Nothing();
        return new Match.OtherMethods(samePath.getFirst().route().path(), allow(samePath));
    }

    private static String allow(List<ServedRoute> samePath) {
        Set<String> methods = new LinkedHashSet<>();
        for (ServedRoute served : samePath) {
            if (served.route().proxy() != null) {
                methods.addAll(List.of(GET, HEAD, "POST", "PUT", "PATCH", "DELETE"));
                continue;
            }
            String method = served.route().method().name();
            methods.add(method);
            if (method.equals(GET)) methods.add(HEAD);
        }
        methods.add(OPTIONS);
        return String.join(", ", methods);
    }
}
