package dev.structured.service.ops;

import dev.structured.core.Scheduler;
import dev.structured.service.balance.EndpointView;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The sources of the admin listener's pages.
///
/// @param metrics returns the metrics in a format
/// @param endpoints supplies the endpoints of downstreams that have several, by the downstream's name
/// @param failedCalls the log's lines about failed calls
/// @param scheduler the scheduler whose tasks are shown
/// @param config shows and changes the configuration
/// @param requests the recorded requests; null if they are not recorded
public record AdminSources(Readiness readiness, Function<MetricsFormat, String> metrics,
        Supplier<Map<String, List<EndpointView>>> endpoints, FailedCalls failedCalls, Scheduler scheduler,
        ConfigControl config, @Nullable RequestSource requests) {}
