package dev.structured.service;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.FileWatch;
import dev.structured.core.interop.Signal;
import dev.structured.core.interop.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the configuration again when its file changes, and on SIGHUP.
///
/// The folder is watched, not the file: editors and Kubernetes put a new file in the old one's place. A file that is still
/// being written reads as one with mistakes; then the next change, when it is complete, is what counts.
final class Reloading {
    private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);

    /// Long enough for an editor to put away its last file and its backup.
    private static final Duration SETTLING = Duration.ofMillis(200);

    private Reloading() {}

    /// Starts in the nursery what looks out for changes, until it is cancelled.
    static void start(Nursery nursery, Path file, Configuration configuration) {
        nursery.startSoon("watch " + file.getFileName(), () -> watch(file, configuration));
        boolean hasHangUp = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        if (hasHangUp) nursery.startSoon("SIGHUP", () -> listen(configuration));
    }

    private static void watch(Path file, Configuration configuration) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            FileOps.watch(folder == null ? file.toAbsolutePath() : folder,
                    watch -> follow(watch, configuration));
        } catch (IOException e) {
            LOG.warn(
                    "The folder of {} cannot be watched ({}); SIGHUP and POST /config/reload still read it again",
                    file,
                    e.getMessage());
        }
    }

    private static boolean follow(FileWatch watch, Configuration configuration) throws IOException {
        while (true) {
            // First without waiting: it may have changed between its reading and the watch.
            configuration.follow("its file changed");
            watch.next();
            Checkpoints.sleep(SETTLING);
        }
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
