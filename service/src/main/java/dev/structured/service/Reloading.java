package dev.structured.service;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SendChannel;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.FileWatch;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reloads the configuration when one of its files changes, and on SIGHUP.
///
/// Its files are the one that the service was started with, those that it includes, and those of its secrets.
/// Folders are watched, not files, because editors and Kubernetes replace files. A file that is read while it
/// is still being written may be invalid and is refused; it is read again at the next change.
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);
    private static final String CAUSE = "one of its files changed";

    /// The pause after a change, long enough for an editor to write its file and its backup.
    private static final Duration SETTLING = Duration.ofMillis(200);

    /// The interval at which the files are checked without a change of their folders: some file systems
    /// report no changes.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final Configuration configuration;
    /// The folders that could not be watched. Each is reported once.
    private final Set<Path> unwatched = new HashSet<>();

    /// True if a watched folder has disappeared, so that others must be watched now.
    private volatile boolean gone;

    private Reloading(Configuration configuration) {
        this.configuration = configuration;
    }

    /// Starts the tasks that watch for changes. They run until the nursery is cancelled.
    static void start(Nursery nursery, Configuration configuration) {
        nursery.startSoon("watch the configuration", () -> new Reloading(configuration).watch());
        boolean hasHangUp = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        if (hasHangUp) nursery.startSoon("SIGHUP", () -> listen(configuration));
    }

    private void watch() {
        while (true) {
            gone = false;
            Set<Path> folders = WatchedFolders.of(configuration.files());
            Channel<Path> changes = Channels.open("changes", 1);
            Nursery.run("folders of the configuration", nursery -> {
                for (Path folder : folders)
                    nursery.startSoon("watch " + folder, () -> watch(folder, changes.sender()));
                follow(folders, changes.receiver());
                nursery.scope().cancel("the configuration has other files");
            });
        }
    }

    /// Returns when the files of the configuration are in other folders than these, or one of these has gone.
    private void follow(Set<Path> folders, ReceiveChannel<Path> changes) {
        // Checks before it waits, because a file may have changed before the watch began.
        configuration.follow(CAUSE);
        while (!gone && WatchedFolders.of(configuration.files()).equals(folders)) {
            Timeouts.moveOnAfter(BETWEEN_LOOKS, changes::receive);
            Checkpoints.sleep(SETTLING);
            configuration.follow(CAUSE);
        }
    }

    private void watch(Path folder, SendChannel<Path> changes) {
        try {
            FileOps.watch(folder, watch -> watch(watch, folder, changes));
        } catch (IOException e) {
            if (unwatched.add(folder)) {
                LOG.warn("The folder {} cannot be watched ({}); its files are looked at every {} s", folder,
                        e.getMessage(), BETWEEN_LOOKS.toSeconds());
            }
        }
    }

    private boolean watch(FileWatch watch, Path folder, SendChannel<Path> changes) {
        // The folder may have been replaced between the look for links and the beginning of the watch.
        changes.trySend(folder);
        while (true) {
            List<FileWatch.Change> seen = watch.next();
            if (seen.isEmpty()) { // the folder has gone, and no change will come
                gone = true;
                changes.trySend(folder);
                return false;
            }
            Set<Path> files = configuration.files();
            if (seen.stream().anyMatch(each -> concerns(each, files))) changes.trySend(folder);
        }
    }

    /// Returns true if the change may be one of the files. New content of a file of another name is not: a
    /// log beside the file changes all the time. Another name that appears or goes may be a link on the way
    /// to one.
    static boolean concerns(FileWatch.Change change, Set<Path> files) {
        if (change.kind() != FileWatch.Kind.CHANGED) return true;
        // By the name, since a folder that a link leads to is watched by another path.
        Path name = change.path().getFileName();
        return files.stream().anyMatch(each -> each.getFileName().equals(name) || Files.isSymbolicLink(each));
    }

    private static void listen(Configuration configuration) {
        Signals.open(EnumSet.of(Signal.HUP), signals -> follow(signals, configuration));
    }

    private static boolean follow(ReceiveChannel<Signal> signals, Configuration configuration) {
        while (true) {
            configuration.reload(signals.receive().toString(), false);
        }
    }
}
