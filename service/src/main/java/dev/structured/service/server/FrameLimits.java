package dev.structured.service.server;

import dev.structured.service.config.Http2Config;
import java.time.Duration;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.WindowRateControl;

/// Counts the frames of HTTP/2 that floods are made of, for each connection. Jetty asks it of each one, and
/// closes the connection when it says no.
///
/// Resets have a limit of their own. Jetty counts those that the service sends, too, so that a client cannot
/// have requests reset for it; and clients that leave are resets in the connection of the balancer that
/// speaks for them all, which must not be mistaken for a flood.
record FrameLimits(Http2Config config) implements RateControl.Factory {
    private static final Duration WINDOW = Duration.ofSeconds(1);

    @Override
    public RateControl newRateControl(EndPoint endPoint) {
        RateControl resets = new WindowRateControl(config.maxResets(), WINDOW);
        RateControl others = new WindowRateControl(config.maxControlFrames(), WINDOW);
        return frame -> (frame instanceof ResetFrame ? resets : others).onEvent(frame);
    }
}
