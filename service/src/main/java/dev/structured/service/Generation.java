package dev.structured.service;

import dev.structured.core.Scheduler;
import dev.structured.service.admission.Admission;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.Entrance;
import dev.structured.service.admission.OwnLag;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.balance.Balancer;
import dev.structured.service.balance.EndpointView;
import dev.structured.service.balance.Surroundings;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.client.OpenedDownstream;
import dev.structured.service.client.Protocol;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.edge.Issuers;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.guard.CacheAndCoalescing;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.ops.Metrics;
import dev.structured.service.store.SharedStore;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One configuration in service: its routes, its downstreams, and their state.
///
/// The state of a downstream passes from one generation to the next: permits, breaker, budget, cached
/// answers. So do its connections, if their limits are the same. When its last request has ended, a
/// generation stops its background tasks and closes its connections.
final class Generation {
    final RouteTable routes;
    final Map<String, DownstreamConfig> downstreams;
    final Map<String, DownstreamState> states = new HashMap<>();
    private final Map<String, CacheAndCoalescing> sharing = new HashMap<>();
    private final Issuers issuers;
    /// The balancers of the downstreams with several endpoints, by name.
    private final Map<String, Balancer> balancers = new HashMap<>();
    private final List<OpenedDownstream> opened = new ArrayList<>();

    /// The resources that all generations share.
    ///
    /// @param protocol calls the downstreams
    /// @param scheduler runs the requests
    /// @param url returns the address of an embedded downstream for `demo:NAME`, and any other URL unchanged
    /// @param balancing the objects that balancers use
    /// @param admission begins the pages
    /// @param service the bottleneck of the service itself
    /// @param lag how late the service's own tasks are
    /// @param store the store that replicas share; null for none
    record Resources(Protocol protocol, SharedCalls calls, Metrics metrics, Scheduler scheduler,
            UnaryOperator<URI> url, Surroundings balancing, Admission admission,
            Bottleneck service, OwnLag lag, @Nullable SharedStore store) {}

    /// @param before the previous generation; null for the first
    /// @throws IllegalStateException if the service is ending
    Generation(ServiceConfig config, @Nullable Generation before, Resources resources) {
        this.downstreams = config.downstreams();
        Map<String, Downstream> all = new HashMap<>();
        for (DownstreamConfig each : config.downstreams().values()) {
            all.put(each.name(), open(each, before, resources));
        }
        var aggregator = new Aggregator(config.routes(), all, resources.metrics.parts());
        this.issuers = Issuers.of(config.issuers().values(), all, resources.calls::execute,
                resources.scheduler::nanoTime,
                before == null ? null : before.issuers);
        Map<String, Bottleneck> bottlenecks = new HashMap<>();
        states.forEach((name, state) -> bottlenecks.put(name, state.bottleneck()));
        var entrance = new Entrance(resources.admission, resources.service, bottlenecks);
        this.routes = RouteTable.of(config, issuers, entrance, resources.store, aggregator, this::close);
        balancers.forEach((name, each) -> each.takeOver(balancer(before, name)));
    }

    private static @Nullable Balancer balancer(@Nullable Generation of, String downstream) {
        return of == null ? null : of.balancers.get(downstream);
    }

    private Downstream open(DownstreamConfig config, @Nullable Generation before, Resources resources) {
        String name = config.name();
        DownstreamState known = before == null ? null : before.states.get(name);
        DownstreamState state = known == null
                ? DownstreamState.of(config, resources.lag)
                : known.next(config);
        states.put(name, state);
        CacheAndCoalescing shared = before == null ? null : before.sharing.get(name);
        CacheAndCoalescing sharing = shared == null
                ? CacheAndCoalescing.of(config, resources.calls, resources.store,
                        resources.metrics.downstreams())
                : shared.next(config);
        this.sharing.put(name, sharing);
        Downstream leaf = leaf(config, before, resources);
        return sharing.around(
                DownstreamStack.around(leaf, config, state, resources.metrics.downstreams()), state::isBusy);
    }

    /// Returns the downstream that makes the calls: one endpoint, or the balancer of several.
    private Downstream leaf(DownstreamConfig config, @Nullable Generation before, Resources resources) {
        Function<EndpointAddress, OpenedDownstream> opener = endpoint -> resources.protocol.open(config,
                endpoint,
                resources.metrics.calls());
        if (config.endpoints() instanceof EndpointsConfig.Single(URI url)) {
            OpenedDownstream single = opener.apply(EndpointAddress.of(resources.url.apply(url)));
            opened.add(single);
            return single;
        }
        Balancer balancer = Balancer.open(config, balancer(before, config.name()), resources.balancing,
                resources.url, opener);
        balancers.put(config.name(), balancer);
        return balancer.downstream();
    }

    /// Returns the endpoints of the downstreams that have several, by the downstream's name.
    Map<String, List<EndpointView>> endpoints() {
        Map<String, List<EndpointView>> views = new TreeMap<>();
        balancers.forEach((name, each) -> views.put(name, each.views()));
        return views;
    }

    private void close() {
        sharing.values().forEach(CacheAndCoalescing::close);
        opened.forEach(OpenedDownstream::close);
        balancers.values().forEach(Balancer::close);
    }
}
