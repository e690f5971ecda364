package dev.structured.service;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.client.Protocol;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.ops.AdminServer;
import dev.structured.service.ops.Metrics;
import dev.structured.service.ops.Readiness;
import dev.structured.service.server.PublicServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The service as a whole, wired by hand: what is made of what, in which order it starts, and how it ends.
///
/// ```
///   start   the admin listener opens ─▶ the public one opens ─▶ ready
///   end     not ready ─▶ drain delay ─▶ accepts no more ─▶ requests end, the late ones cancelled ─▶ ended
///   close   the admin listener closes
/// ```
///
/// Its scheduler has a run for each request and nothing else, so that closing it is the drain and `structured_tasks_live`
/// is 0 at rest. What lives as long as the service, such as the embedded downstreams, is in the run of [Main].
final class Service implements AutoCloseable {

    /// For the last bytes of answers whose requests have ended.
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final Command.Serve command;
    private final ServerConfig limits;
    private final Metrics metrics = new Metrics(Version.TEXT);
    private final Readiness readiness = new Readiness();
    private final Scheduler scheduler = Scheduler.builder().instrument(metrics.tasks()).build();
    private final Configuration configuration;
    private final PublicServer publicServer;
    private final AdminServer adminServer;
    private final CancelScope serving = CancelScope.create("serving");
    private volatile boolean accepting = true;
    /// What is served. Changed by the configuration only, under its lock.
    private volatile Generation generation;

    /// @param loaded what is served at first
    /// @param environment what `${env:NAME}` stands for when the file is read again
    /// @param calls where calls live that several requests wait for
    /// @param protocol calls the downstreams; closed by the caller, after this
    /// @param url gives the address of an embedded downstream for `demo:NAME`, and any other URL as it is
    Service(Command.Serve command, LoadedConfig loaded, Map<String, String> environment, SharedCalls calls,
            Protocol protocol, UnaryOperator<URI> url) {
        this.command = command;
        limits = loaded.config().server();
        var resources = new Generation.Resources(protocol, calls, metrics, scheduler::nanoTime, url);
        generation = new Generation(loaded.config(), null, resources);
        metrics.showDownstreams(generation.states);
        metrics.showOpenConnections(protocol::openConnections);
        configuration = new Configuration(command.file(), environment, loaded, metrics,
                next -> serve(new Generation(next, generation, resources)));
        publicServer = new PublicServer(command.pages().host(), command.pages().port(), limits,
                generation.routes, scheduler, metrics.requests(), () -> accepting);
        adminServer = new AdminServer(readiness, metrics::scrape, scheduler, configuration,
                command.admin().host(), command.admin().port());
    }

    private void serve(Generation next) {
        generation = next;
        metrics.showDownstreams(next.states);
        publicServer.serve(next.routes);
    }

    /// Returns what changes the configuration.
    Configuration configuration() {
        return configuration;
    }

    /// Opens both listeners.
    ///
    /// @return the ports that are open
    /// @throws StartException if one cannot be opened
    Ports start() throws StartException {
        int admin = Opening.of(command.admin(), Setting.ADMIN_HOST, Setting.ADMIN_PORT, adminServer::start);
        int pages = Opening.of(command.pages(), Setting.HOST, Setting.PORT, publicServer::start);
        readiness.ready();
        return new Ports(pages, admin);
    }

    /// Adds the JVM's own numbers to the metrics. It takes a while, so it is for when people know that it listens.
    void showRuntime() {
        metrics.showRuntime();
    }

    /// Waits until [#end] has ended everything. **Checkpoint.**
    void awaitEnd() {
        serving.run(Checkpoints::sleepForever);
    }

    /// Ends in order: takes no more requests, and gives those that run the time that the configuration says. Blocks.
    ///
    /// @throws IllegalStateException if called from a task, or twice
    void end() {
        try {
            readiness.draining();
            scheduler.run("drain delay", () -> Checkpoints.sleep(limits.drainDelay()));
            accepting = false;
            publicServer.stopAccepting();
            scheduler.close(limits.drainTimeout());
            publicServer.stop(LAST_BYTES);
        } finally {
            serving.cancel("the service has ended");
        }
    }

    @Override
    public void close() {
        adminServer.stop();
    }

    /// The ports of the two listeners.
    record Ports(int pages, int admin) {}
}
