package dev.structured.service.server;

import dev.structured.service.config.TransferConfig;
import java.time.Duration;

/// Judges the progress of one transfer from or to a client: it must end within an absolute limit, and until
/// then move a minimum of bytes in every window of time. Used by one thread at a time.
final class Pace {
    private final long longest;
    private final long window;
    private final long bytesPerWindow;
    private final long begun;
    private long windowBegun;
    private long bytesBefore;

    /// @param longest the absolute limit
    /// @param now the time at which it begins; see [ServiceTime]
    Pace(Duration longest, TransferConfig limits, long now) {
        this.longest = longest.toNanos();
        this.window = limits.rateWindow().toNanos();
        this.bytesPerWindow = limits.minRateBytes() * limits.rateWindow().toMillis() / 1_000;
        this.begun = now;
        this.windowBegun = now;
    }

    /// Returns true once the transfer is too slow.
    ///
    /// @param bytes the number of bytes transferred since it began
    boolean isTooSlow(long now, long bytes) {
        if (now - begun >= longest) return true;
        if (now - windowBegun < window) return false;
        boolean tooFew = bytes - bytesBefore < bytesPerWindow;
        windowBegun = now;
        bytesBefore = bytes;
        return tooFew;
    }
}
