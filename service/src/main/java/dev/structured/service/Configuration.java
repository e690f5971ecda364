package dev.structured.service;

import dev.structured.service.check.ConfigDiff;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.commands.OpenApi;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.ops.ConfigControl;
import dev.structured.service.ops.Metrics;
import dev.structured.service.yaml.ConfigException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which configuration is served, and how another one comes to be.
///
/// ```
///   read ──▶ compare ──▶ make its generation ──▶ swap ──▶ the one before is kept, for a rollback
///     └─ anything wrong: nothing changes
/// ```
///
/// One change at a time; a swap is one write of a reference, and no request sees two configurations.
final class Configuration implements ConfigControl {
    private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final Metrics metrics;
    private final Consumer<ServiceConfig> serve;

    private final Object lock = new Object();
    /// These four are guarded by the lock.
    private LoadedConfig current;
    private @Nullable LoadedConfig before;
    private Instant since = Instant.now();
    /// The text that was read last, whatever came of it.
    private String seen;

    /// @param file null for the embedded configuration
    /// @param environment what `${env:NAME}` stands for
    /// @param first what is served now
    /// @param serve makes a generation of a configuration, and swaps; called by one thread at a time
    Configuration(@Nullable Path file, Map<String, String> environment, LoadedConfig first, Metrics metrics,
            Consumer<ServiceConfig> serve) {
        this.file = file;
        this.environment = environment;
        this.current = first;
        this.seen = first.hash();
        this.metrics = metrics;
        this.serve = serve;
        metrics.configServed(first.hash());
    }

    @Override
    public Status status() {
        synchronized (lock) {
            ServiceConfig config = current.config();
            return new Status(current.file(), current.hash(), since, config.routes().size(),
                    config.downstreams().size());
        }
    }

    @Override
    public String openApi() {
        ServiceConfig served;
        synchronized (lock) {
            served = current.config();
        }
        return OpenApi.of(served).toPrettyString();
    }

    @Override
    public Change reload(String cause, boolean dryRun) {
        synchronized (lock) {
            // Before it is read in earnest: so what is served is never older than what was seen.
            if (!dryRun) seen = text();
            Change change = reloaded(dryRun);
            if (!dryRun) tell(cause, change);
            return change;
        }
    }

    /// Reads the file again if its text is another than when it was read last.
    void follow(String cause) {
        synchronized (lock) {
            if (!seen.equals(text())) reload(cause, false);
        }
    }

    /// Returns the hash of the file's text; why it cannot be read, where that is so.
    private String text() {
        try {
            return file == null ? seen : LoadedConfig.hash(file);
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public Change rollback() {
        synchronized (lock) {
            LoadedConfig previous = before;
            Change change = previous == null
                    ? refused(List.of("there is no configuration before this one"))
                    : changed(previous, false);
            tell("rollback", change);
            return change;
        }
    }

    private Change reloaded(boolean dryRun) {
        if (file == null) {
            return refused(List
                    .of("the service runs on its embedded configuration; start it with a file to change it"));
        }
        try {
            return changed(LoadedConfig.of(file, environment), dryRun);
        } catch (ConfigException e) {
            return refused(String.valueOf(e.getMessage()).lines().toList());
        }
    }

    private Change changed(LoadedConfig next, boolean dryRun) {
        List<String> problems = lateDemos(next.config());
        if (!problems.isEmpty()) return refused(problems);
        List<String> changes = new ArrayList<>(ConfigDiff.between(current.config(), next.config()));
        if (next.config().equals(current.config())) return new Change(Result.UNCHANGED, List.of(), List.of());
        if (!next.config().server().equals(current.config().server())) {
            changes.add("! what changed in 'server' takes effect when the service is started again");
        }
        if (dryRun) return new Change(Result.WOULD_SERVE, changes, List.of());
        serve.accept(next.config());
        before = current;
        current = next;
        since = Instant.now();
        metrics.configServed(next.hash());
        return new Change(Result.SERVED, changes, List.of());
    }

    /// The embedded demos are started with the service, where its configuration names one.
    private List<String> lateDemos(ServiceConfig next) {
        if (current.config().downstreams().values().stream().anyMatch(DownstreamConfig::isDemo))
            return List.of();
        return next.downstreams().values().stream().filter(DownstreamConfig::isDemo)
                .map(each -> "downstream '" + each.name()
                        + "' is an embedded demo, and those are started with the service"
                        + " only: restart it with this file")
                .toList();
    }

    private static Change refused(List<String> problems) {
        return new Change(Result.REFUSED, List.of(), problems);
    }

    private void tell(String cause, Change change) {
        metrics.configReloaded(change.result());
        switch (change.result()) {
            case SERVED -> LOG.info("New configuration ({}), hash {}:\n{}", cause, current.hash(),
                    String.join("\n", change.changes()));
            case REFUSED -> LOG.warn("The configuration stays as it was ({}):\n{}", cause,
                    String.join("\n", change.problems()));
            default -> LOG.info("The configuration says the same as before ({})", cause);
        }
    }
}
