package dev.structured.service.ops;

import dev.structured.service.record.Recordings;
import dev.structured.service.view.LiveTick;
import java.util.function.Supplier;

/// What the admin listener shows of requests.
///
/// @param recordings the requests
/// @param stream sends ticks to those who look
/// @param ticks supplies the present
/// @param demo the knobs of the demo
public record RequestSource(Recordings recordings, LiveStream stream, Supplier<LiveTick> ticks,
        DemoControl demo) {}
