package dev.structured.service.ops;

import dev.structured.service.balance.EndpointView;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver.BreakerState;
import dev.structured.service.record.Count;
import dev.structured.service.record.Tallies;
import dev.structured.service.record.Tallies.PartSum;
import dev.structured.service.view.DownstreamView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Collects the state of each downstream.
///
/// @param configs the downstreams of the configuration that is served, by name
/// @param states the state of each, by name
/// @param connections the open connections
/// @param endpoints the endpoints of downstreams that have several, by the downstream's name
public record DownstreamViews(Supplier<Map<String, DownstreamConfig>> configs,
        Supplier<Map<String, DownstreamState>> states, Supplier<List<OpenConnections>> connections,
        Supplier<Map<String, List<EndpointView>>> endpoints, Tallies tallies, DemoControl demo) {

    /// Returns all downstreams, in the order of the file.
    ///
    /// @param parts the sums of the results of all parts of pages
    public List<DownstreamView> all(List<PartSum> parts) {
        Map<String, DownstreamState> now = states.get();
        Map<String, List<EndpointView>> several = endpoints.get();
        List<OpenConnections> open = connections.get();
        List<DownstreamView> all = new ArrayList<>();
        for (DownstreamConfig each : configs.get().values()) {
            DownstreamState state = now.get(each.name());
            if (state != null)
                all.add(view(each, state, open, several.getOrDefault(each.name(), List.of()), parts));
        }
        return all;
    }

    private DownstreamView view(DownstreamConfig config, DownstreamState state, List<OpenConnections> open,
            List<EndpointView> endpoints, List<PartSum> parts) {
        String name = config.name();
        BreakerState breaker = state.breakerState();
        List<PartSum> own = parts.stream().filter(each -> name.equals(each.downstream()))
                .sorted(Comparator.comparingLong((PartSum each) -> each.count(Count.ATTEMPTS)).reversed())
                .toList();
        double p50 = own.isEmpty() ? 0 : own.getFirst().p50();
        double p99 = own.stream().mapToDouble(PartSum::p99).max().orElse(0);
        int connected = open.stream().filter(each -> each.downstream().equals(name))
                .mapToInt(each -> each.active() + each.idle()).sum();
        String chaos = demo.chaos(name);
        return new DownstreamView(name, breaker == null ? null : breaker.label(), tallies.openings(name),
                state.inFlight(), state.waiting(), state.limit(), connected, sum(Count.ATTEMPTS, own),
                sum(Count.FAILURES, own), p50, p99, sum(Count.HEDGED, own), sum(Count.HEDGE_WON, own),
                config.cache() != null, config.coalesce(),
                endpoints.stream().map(DownstreamViews::endpoint).toList(), chaos != null, chaos);
    }

    private static long sum(Count what, List<PartSum> parts) {
        return parts.stream().mapToLong(each -> each.count(what)).sum();
    }

    private static DownstreamView.Endpoint endpoint(EndpointView view) {
        return new DownstreamView.Endpoint(view.endpoint(), view.leftAlone(), view.inFlight(),
                view.latency().toNanos() / 1e6, view.calls(), view.failures());
    }
}
