package dev.structured.service.server;

import dev.structured.service.config.Http2Config;
import java.time.Duration;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;
import org.eclipse.jetty.io.WindowRateControl;

/// Counts, for each connection, the frames of HTTP/2 that floods consist of. Jetty reports each such frame,
/// and closes the connection when a limit is exceeded.
///
/// Resets have a limit of their own. Jetty also counts those that the service sends, so a client cannot
/// flood by making the service reset its requests. And a balancer, whose connection carries the requests of
/// many clients, sends a reset for each client that leaves; that must not be mistaken for a flood.
record FrameLimits(Http2Config config) implements RateControl.Factory {
    private static final Duration WINDOW = Duration.ofSeconds(1);

    @Override
    public RateControl newRateControl(EndPoint endPoint) {
        RateControl resets = new WindowRateControl(config.maxResets(), WINDOW);
        RateControl others = new WindowRateControl(config.maxControlFrames(), WINDOW);
        return frame -> (frame instanceof ResetFrame ? resets : others).onEvent(frame);
    }
}
