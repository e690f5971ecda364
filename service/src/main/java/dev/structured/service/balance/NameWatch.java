package dev.structured.service.balance;

import dev.structured.core.Checkpoints;
import dev.structured.core.TooSlowException;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.client.NameLookup;
import dev.structured.service.config.EndpointsConfig.Resolved;
import dev.structured.service.config.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks a name up again and again, so that each of its addresses is an endpoint. Only the first calls wait
/// for a lookup.
///
/// A failed lookup changes nothing: the known addresses stay in use.
final class NameWatch {
    private static final Logger LOG = LoggerFactory.getLogger(NameWatch.class);
    /// The pause between lookups while no address is known.
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(5);
    private static final int MOST = 256;

    private final Balancer balancer;
    private final Resolved config;
    private final String host;
    private final NameLookup lookup;
    /// At first those that are known from the configuration before.
    private Set<InetAddress> known;
    private boolean failing;

    NameWatch(Balancer balancer, Resolved config) {
        this.balancer = balancer;
        this.config = config;
        this.host = Objects.requireNonNull(HostAndPort.of(config.dns())).host();
        this.lookup = balancer.around.lookup().apply(host);
        this.known = balancer.members.all().stream()
                .map(each -> Objects.requireNonNull(each.endpoint.address.address(), "of a name"))
                .collect(Collectors.toSet());
    }

    /// Runs until it is cancelled.
    void run() {
        while (true) {
            look();
            Checkpoints
                    .sleep(known.isEmpty() && SOON.compareTo(config.refresh()) < 0 ? SOON : config.refresh());
        }
    }

    private void look() {
        try {
            show(chosen(new LinkedHashSet<>(lookup.addresses(LONGEST_LOOKUP))));
            failing = false;
        } catch (UnknownHostException | TooSlowException e) {
            if (!failing)
                LOG.warn("{}: {} cannot be looked up; known: {}", balancer.config.name(), host, known);
            failing = true;
            balancer.unknown("Could not resolve " + host);
        }
    }

    /// Returns all of them, or as many as there may be: those that are known come first, since each lookup
    /// may have another order.
    private Set<InetAddress> chosen(Set<InetAddress> found) {
        if (found.size() <= MOST) return found;
        Stream<InetAddress> wanted = Stream.concat(known.stream().filter(found::contains), found.stream());
        return wanted.distinct().limit(MOST).collect(Collectors.toSet());
    }

    private void show(Set<InetAddress> now) {
        if (!known.isEmpty() && !now.equals(known)) {
            LOG.info("{}: {} is now {}", balancer.config.name(), host, now);
        }
        known = now;
        balancer.show(now.stream().map(each -> new EndpointAddress(config.dns(), each)).toList());
    }
}
