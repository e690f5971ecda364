package dev.structured.service;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.FileWatch;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reloads the configuration when its file changes, and on SIGHUP.
///
/// The folder is watched, not the file, because editors and Kubernetes replace the file. A file that is read
/// while it is still being written may be invalid and is refused; it is read again at the next change.
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

    /// The pause after a change, long enough for an editor to write its file and its backup.
    private static final Duration SETTLING = Duration.ofMillis(200);

    private Reloading() {}

    /// Starts the tasks that watch for changes. They run until the nursery is cancelled.
    static void start(Nursery nursery, Path file, Configuration configuration) {
        nursery.startSoon("watch " + file.getFileName(), () -> watch(file, configuration));
        boolean hasHangUp = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        if (hasHangUp) nursery.startSoon("SIGHUP", () -> listen(configuration));
    }

    private static void watch(Path file, Configuration configuration) {
        Path watched = file.toAbsolutePath();
        Path folder = watched.getParent();
        try {
            FileOps.watch(folder == null ? watched : folder, watch -> follow(watch, watched, configuration));
        } catch (IOException e) {
            LOG.warn(
                    "The folder of {} cannot be watched ({}); SIGHUP and POST /config/reload still reload it",
                    file,
                    e.getMessage());
        }
    }

    private static boolean follow(FileWatch watch, Path file, Configuration configuration)
            throws IOException {
        // Checks before it waits, because the file may have changed before the watch began.
        configuration.follow("its file changed");
        while (true) {
            List<FileWatch.Change> changes = watch.next();
            Checkpoints.sleep(SETTLING);
            if (changes.stream().anyMatch(each -> concerns(each, file)))
                configuration.follow("its file changed");
        }
    }

    /// Returns true if the change may be one of the file. Another file's new content is not: a log beside the
    /// file changes all the time. Another name that appears or goes may be a link on the way to it.
    static boolean concerns(FileWatch.Change change, Path file) {
        return change.kind() != FileWatch.Kind.CHANGED || change.path().equals(file)
                || Files.isSymbolicLink(file);
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
