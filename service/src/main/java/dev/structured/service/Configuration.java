package dev.structured.service;

import dev.structured.service.check.ConfigDiff;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.commands.OpenApi;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.ops.ConfigControl;
import dev.structured.service.ops.Metrics;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.ReadFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The configuration that is served, and the way to change it.
///
/// ```
///   read ──▶ compare ──▶ make its generation ──▶ swap ──▶ keep the previous one for a rollback
///     └─ invalid: nothing changes
/// ```
///
/// Changes are made one at a time. A swap is a single write of a reference, so no request sees two
/// configurations.
final class Configuration implements ConfigControl {
    private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final Metrics metrics;
    private final Consumer<ServiceConfig> serve;

    private final Object lock = new Object();
    /// The next four fields are guarded by the lock.
    private LoadedConfig current;
    private @Nullable LoadedConfig before;
    private Instant since = Instant.now();
    /// The files that were read last, whether their configuration was served or refused.
    private ReadFiles seen;

    /// @param file the configuration file; null for the embedded configuration
    /// @param environment the values of `${env:NAME}`
    /// @param first the configuration that is served now
    /// @param serve makes a generation of a configuration and serves it; called by one thread at a time
    Configuration(@Nullable Path file, Map<String, String> environment, LoadedConfig first, Metrics metrics,
            Consumer<ServiceConfig> serve) {
        this.file = file;
        this.environment = environment;
        this.current = first;
        this.seen = first.files();
        this.metrics = metrics;
        this.serve = serve;
        metrics.configServed(first.hash());
        first.warnings().forEach(LOG::warn);
    }

    @Override
    public Status status() {
        synchronized (lock) {
            ServiceConfig config = current.config();
            return new Status(current.file(), current.files().included(), current.hash(), since,
                    config.routes().size(),
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
            ReadFiles read = new ReadFiles();
            Change change = reloaded(dryRun, read);
            if (!dryRun) seen = read;
            if (!dryRun) tell(cause, change);
            return change;
        }
    }

    /// Reloads the configuration if any of its files has changed since it was last read, also those that it
    /// includes and those of its secrets. Blocks while it reads them.
    void follow(String cause) {
        synchronized (lock) {
            if (seen.haveChanged()) reload(cause, false);
        }
    }

    /// Returns the whole paths of the files that were read last; none for the embedded configuration.
    Set<Path> files() {
        synchronized (lock) {
            return Set.copyOf(seen.paths());
        }
    }

    @Override
    public Change rollback() {
        synchronized (lock) {
            LoadedConfig previous = before;
            Change change = previous == null
                    ? refused(List.of("there is no previous configuration"))
                    : changed(previous, false);
            tell("rollback", change);
            return change;
        }
    }

    private Change reloaded(boolean dryRun, ReadFiles read) {
        if (file == null) {
            return refused(List.of("the service runs its embedded configuration;"
                    + " start it with a file to be able to reload"));
        }
        try {
            LoadedConfig next = ConfigReader.read(file, environment, read);
            if (!dryRun) next.warnings().forEach(LOG::warn);
            return changed(next, dryRun).withWarnings(next.warnings());
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
            changes.add("! changes in 'server' take effect when the service is restarted");
        }
        if (!next.config().admin().equals(current.config().admin())) {
            changes.add("! changes in 'admin' take effect when the service is restarted");
        }
        if (!Objects.equals(next.config().store(), current.config().store())) {
            changes.add("! changes in 'store' take effect when the service is restarted");
        }
        if (dryRun) return new Change(Result.WOULD_SERVE, changes, List.of());
        serve.accept(next.config());
        before = current;
        current = next;
        since = Instant.now();
        metrics.configServed(next.hash());
        return new Change(Result.SERVED, changes, List.of());
    }

    /// Returns the problems of embedded demos that are not running: they start with the service, or not at
    /// all.
    private List<String> lateDemos(ServiceConfig next) {
        if (current.config().downstreams().values().stream().anyMatch(DownstreamConfig::isDemo))
            return List.of();
        return next.downstreams().values().stream().filter(DownstreamConfig::isDemo)
                .map(each -> "downstream '" + each.name()
                        + "' is an embedded demo, and embedded demos start only with the service:"
                        + " restart it with this file")
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
            case REFUSED -> LOG.warn("The configuration was not changed ({}):\n{}", cause,
                    String.join("\n", change.problems()));
            default -> LOG.info("The configuration is the same as before ({})", cause);
        }
    }
}
