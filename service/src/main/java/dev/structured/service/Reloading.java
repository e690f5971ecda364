package dev.structured.service;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.outside.FileOps;
import dev.structured.core.outside.FileWatch;
import dev.structured.core.outside.Signal;
import dev.structured.core.outside.Signals;
import dev.structured.service.ops.ConfigControl;
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
    static void start(Nursery nursery, Path file, ConfigControl control) {
        nursery.startSoon("watch " + file.getFileName(), () -> watch(file, control));
        boolean hasHangUp = !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        if (hasHangUp) nursery.startSoon("SIGHUP", () -> listen(control));
    }

    private static void watch(Path file, ConfigControl control) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            FileOps.watch(folder == null ? file.toAbsolutePath() : folder, watch -> follow(watch, control));
        } catch (IOException e) {
            LOG.warn(
                    "The folder of {} cannot be watched ({}); SIGHUP and POST /config/reload still read it again",
                    file,
                    e.getMessage());
        }
    }

    private static boolean follow(FileWatch watch, ConfigControl control) throws IOException {
        while (true) {
            watch.next();
            Checkpoints.sleep(SETTLING);
            control.reload("its folder changed", false);
        }
    }

    private static void listen(ConfigControl control) {
        Signals.open(EnumSet.of(Signal.HUP), signals -> follow(signals, control));
    }

    private static boolean follow(ReceiveChannel<Signal> signals, ConfigControl control) {
        while (true) {
            control.reload(signals.receive().toString(), false);
        }
    }
}
