package dev.structured.service.ops;

import dev.structured.core.Scheduler;
import dev.structured.core.TaskTree;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin listener: health, metrics, the task tree and the configuration, for tools and for people with
/// curl.
///
/// It is a server of its own on a few platform threads, so that it still answers when the public listener is
/// overloaded or all carriers of virtual threads are busy. What can be changed here is changed by POST only:
/// the configuration, the log of failed calls, the demo, and whether a request is cancelled.
public final class AdminServer {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String INDEX = """
            /ui/           the page for people: where requests are, what looks wrong, why one was slow
            /metrics       the metrics, as Prometheus text or (with Accept) as OpenMetrics
            /tasks         all tasks, as text or (with Accept) as JSON; /tasks?stacks adds their stacks
            /endpoints     the endpoints of downstreams that have several, and how they are
            /requests      the requests in flight, and some that have ended; ?which=running|kept, route,
                           outcome, reason, waits, min (milliseconds), limit
            /requests/ID   what became of a request, as text or (with Accept) as JSON; /requests/ID/trace for
                           Perfetto; POST /requests/ID/cancel cancels it
            /minute.html   the last minute as one file, which a browser opens without the service; as lines of
                           JSON: /minute.ndjson, which './serve replay FILE' shows
            /live          what the page shows, as an event with a line of JSON each second; /live/now is the
                           present one
            /where         where all requests are now: by route, by part, by what that waits for
            /config        the configuration that is served; POST /config/reload reads its file again
                           (?dryRun only says what would change), POST /config/rollback undoes a reload
            /log           whether failed calls are logged; POST /log?calls=warn (or off, info, error)
            /openapi.json  the routes that are served, as OpenAPI 3.1
            /livez         200 while the process runs
            /readyz        200 while the service accepts requests, 503 while it starts or drains
            """;
    private static final String ALIVE = "{\"status\":\"UP\",\"checks\":[]}";
    private final AdminSources sources;
    private final EndpointPage endpoints;
    private final ConfigPages config;
    private final RequestPages requests;
    private final @Nullable LivePages live;
    private final AdminListener listener;
    private final AdminGate gate;

    /// @param policy the rules for clients
    /// @param connections observes the connections
    public AdminServer(ListenAddress address, AdminSources sources, AdminPolicy policy,
            ConnectionObserver connections) {
        this.sources = sources;
        this.endpoints = new EndpointPage(sources.endpoints());
        this.gate = new AdminGate(policy);
        this.config = new ConfigPages(sources.config(), gate);
        RequestSource shown = sources.requests();
        this.requests = new RequestPages(shown, gate);
        this.live = shown == null ? null : new LivePages(shown, gate);
        this.listener = new AdminListener(address, gate, connections, this::add);
    }

    /// Opens the port and begins to answer requests.
    ///
    /// @return the port that was opened
    /// @throws IOException if the port cannot be opened
    public int start() throws IOException {
        return listener.start();
    }

    /// Stops listening and closes the connections of requests that are still in flight.
    public void stop() {
        listener.close();
    }

    private void add(RoutesConfig routes) {
        AdminPages.add(routes, "/", this::index);
        AdminPages.add(routes, "/metrics", PageBulkhead.of(this::metrics));
        AdminPages.add(routes, "/tasks", PageBulkhead.of(this::tasks));
        AdminPages.add(routes, "/endpoints", PageBulkhead.of(endpoints::text));
        config.add(routes);
        sources.failedCalls().add(routes, gate);
        requests.add(routes);
        if (live != null) live.add(routes);
        AdminPages.add(routes, "/livez", ctx -> ctx.contentType("application/json").result(ALIVE));
        AdminPages.add(routes, "/readyz", this::readyz);
        routes.exception(Exception.class, AdminServer::failed);
    }

    /// A browser gets the page for people.
    private void index(Context ctx) {
        String accept = ctx.header("Accept");
        ctx.header("Vary", "Accept");
        if (live != null && accept != null && accept.contains("text/html")) ctx.redirect(LivePages.PATH);
        else
            ctx.contentType("text/plain; charset=utf-8").result(INDEX);
    }

    private String metrics(Context ctx) {
        MetricsFormat format = MetricsFormat.accepted(ctx.header("Accept"));
        ctx.header("Vary", "Accept").contentType(format.contentType());
        return sources.metrics().apply(format);
    }

    private String tasks(Context ctx) {
        boolean stacks = ctx.queryParamMap().containsKey("stacks");
        Scheduler scheduler = sources.scheduler();
        TaskTree tree = stacks ? TaskTree.withStacks(scheduler) : TaskTree.of(scheduler);
        String accept = ctx.header("Accept");
        boolean json = accept != null && accept.contains("application/json");
        ctx.header("Vary", "Accept").contentType(json ? "application/json" : "text/plain; charset=utf-8");
        return json ? tree.json() : tree.text();
    }

    private void readyz(Context ctx) {
        var state = sources.readiness().state();
        String status = state == Readiness.State.READY ? "UP" : "DOWN";
        ctx.status(state == Readiness.State.READY ? 200 : 503)
                .contentType("application/json")
                .result("""
                        {"status":"%1$s","checks":[{"name":"lifecycle","status":"%1$s",\
                        "data":{"state":"%2$s"}}%3$s]}"""
                        .formatted(status, state.label(), store(sources.readiness().isStoreUp())));
    }

    /// Returns the check of the shared store, after the first one; empty without a store.
    private static String store(@Nullable Boolean up) {
        if (up == null) return "";
        return """
                ,{"name":"store","status":"%s","data":{"limits":"%s"}}"""
                .formatted(up ? "UP" : "DOWN", up ? "shared" : "local");
    }

    private static void failed(Exception e, Context ctx) {
        LOG.error("GET {} failed on the admin listener", ctx.path(), e);
        AdminProblems.answer(ctx, 500);
    }
}
