package dev.structured.service.balance;

import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.core.sync.Event;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.aggregate.Tried;
import dev.structured.service.balance.Ejection.Cause;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.client.OpenedDownstream;
import dev.structured.service.config.BalanceConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The endpoints of one downstream under one configuration: the list, their state, and the choice for each
/// call.
///
/// ```
///   urls ────────────────┐
///   dns ──▶ NameWatch ───┴▶ Members ◀── HealthWatch      BalancedDownstream ──▶ take ──▶ call ──▶ ended
///           looks it up       each an Endpoint: latency, last calls, ejection
/// ```
///
/// The next configuration's balancer goes on with the endpoints that both have. Thread-safe.
public final class Balancer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

    final DownstreamConfig config;
    final BalanceConfig balance;
    final Members members;
    final Surroundings around;
    private final Function<EndpointAddress, OpenedDownstream> opener;
    /// Set when the endpoints are known, or when it is known that they cannot be found out.
    private final Event known = new Event("the endpoints are known");
    private final List<Endpoint> inherited;
    private final List<Background.Running> watches = new ArrayList<>();
    /// Checks the endpoints; null if nobody does.
    private final @Nullable HealthWatch health;
    private Background.@Nullable Running healthChecks;
    private volatile String problem = "";

    private Balancer(DownstreamConfig config, BalanceConfig balance, Surroundings around,
            Function<EndpointAddress, OpenedDownstream> opener, List<Endpoint> inherited) {
        this.config = config;
        this.balance = balance;
        this.around = around;
        this.opener = opener;
        this.inherited = inherited;
        this.members = new Members(balance, around.random());
        this.health = balance.healthCheck() == null ? null : new HealthWatch(this, balance.healthCheck());
    }

    /// Opens the endpoints of a downstream.
    ///
    /// @param config has several endpoints
    /// @param before the balancer of the configuration before; null if there was none
    /// @param url returns the address of an embedded downstream for `demo:NAME`, and any other URL unchanged
    /// @param opener opens one endpoint; no connection is made before its first call
    public static Balancer open(DownstreamConfig config, @Nullable Balancer before, Surroundings around,
            UnaryOperator<URI> url, Function<EndpointAddress, OpenedDownstream> opener) {
        BalanceConfig balance = Objects.requireNonNull(config.endpoints().balance(), "one endpoint only");
        List<Endpoint> inherited = before == null ? List.of() : before.endpoints();
        Balancer balancer = new Balancer(config, balance, around, opener, inherited);
        if (config.endpoints() instanceof EndpointsConfig.Resolved resolved) {
            balancer.resolve(resolved, before);
        } else {
            balancer.show(config.endpoints().urls().stream().map(url).map(EndpointAddress::of).toList());
        }
        return balancer;
    }

    /// Takes over the health checks, which would otherwise go on under both configurations until the last
    /// request of the one before has ended. To be called once, when the new configuration is complete: what
    /// fails before that leaves the one before as it is.
    ///
    /// @param before the balancer of the configuration before; null if there was none
    public void takeOver(@Nullable Balancer before) {
        if (before != null) before.stopHealthChecks();
        List<Endpoint> shown = endpoints();
        for (Endpoint each : inherited) {
            if (each.checkedBy(health, now()) && shown.contains(each)) returned(each);
        }
        if (health == null) return;
        healthChecks = around.background().start("health of " + config.name(), health::run);
    }

    private void stopHealthChecks() {
        if (healthChecks != null) healthChecks.stop();
    }

    private void resolve(EndpointsConfig.Resolved resolved, @Nullable Balancer before) {
        if (before != null && before.config.endpoints() instanceof EndpointsConfig.Resolved old
                && old.dns().equals(resolved.dns()) && !inherited.isEmpty()) {
            show(inherited.stream().map(each -> each.address).toList());
        }
        NameWatch names = new NameWatch(this, resolved);
        watches.add(around.background().start("dns of " + config.name(), names::run));
    }

    private List<Endpoint> endpoints() {
        return members.all().stream().map(each -> each.endpoint).toList();
    }

    /// Returns the downstream that distributes its calls among the endpoints.
    public Downstream downstream() {
        return new BalancedDownstream(this);
    }

    /// Returns the present state of the endpoints.
    public List<EndpointView> views() {
        long now = now();
        return endpoints().stream().map(each -> each.view(now)).toList();
    }

    long now() {
        return around.nanoTime().getAsLong();
    }

    /* --- The list --- */

    /// Replaces the endpoints by these.
    void show(List<EndpointAddress> addresses) {
        List<Member> now = new ArrayList<>();
        for (EndpointAddress each : addresses) now.add(member(each, addresses, now));
        members.replace(now).forEach(each -> each.opened.close());
        known.set();
    }

    /// Notes that the endpoints could not be found out.
    void unknown(String why) {
        problem = why;
        known.set();
    }

    private Member member(EndpointAddress address, List<EndpointAddress> all, List<Member> begun) {
        for (Member each : members.all()) {
            if (each.endpoint.address.equals(address)) return each;
        }
        return new Member(endpoint(address, all, begun), opener.apply(address));
    }

    private Endpoint endpoint(EndpointAddress address, List<EndpointAddress> all, List<Member> begun) {
        for (Endpoint each : inherited) {
            if (each.address.equals(address)) return each;
        }
        Endpoint fresh = new Endpoint(address, name(address, all, begun));
        boolean _ = fresh.checkedBy(health, now());
        if (!inherited.isEmpty() || !members.all().isEmpty()) fresh.joins(now());
        return fresh;
    }

    /// Returns the name of a new endpoint: its host and port, and a number if others that stay, or are new
    /// too, have that name. Those differ by their paths, which may hold secrets.
    private String name(EndpointAddress address, List<EndpointAddress> all, List<Member> begun) {
        Set<String> taken = Stream.concat(inherited.stream(), endpoints().stream())
                .filter(each -> all.contains(each.address)).map(Endpoint::toString)
                .collect(Collectors.toCollection(HashSet::new));
        begun.forEach(each -> taken.add(each.toString()));
        String name = address.toString();
        for (int number = 2; taken.contains(name); number++) name = address + " #" + number;
        return name;
    }

    /* --- Calls --- */

    /// Takes an endpoint into use for an attempt. Blocks while the endpoints are not known. **Checkpoint.**
    ///
    /// @throws DownstreamException if there is none
    Member take(Tried tried) throws DownstreamException {
        if (!known.isSet()) awaitKnown();
        Member member = members.take(tried, now(), each -> returned(each.endpoint));
        if (member == null) throw new DownstreamException(ErrorType.DNS, problem, null);
        return member;
    }

    private void awaitKnown() throws DownstreamException {
        try {
            Timeouts.failAfter(config.connectTimeout(), known::await);
        } catch (TooSlowException e) {
            throw new DownstreamException(ErrorType.DNS, "Its name is not looked up yet", e);
        }
    }

    /// Called when an attempt has ended, and no longer uses its endpoint.
    void ended(Member member, CallOutcome outcome, Stopwatch watch) {
        long now = now();
        switch (member.endpoint.end(outcome, watch.began(), now, members.bestLatency(), balance.ejection())) {
            case EJECT -> eject(member, Cause.FAILURES, now);
            case BACK -> returned(member.endpoint);
            case NONE -> {
                if (outcome == CallOutcome.FAILED && failsMoreThanOthers(member))
                    eject(member, Cause.FAILURE_RATE, now);
            }
        }
        if (members.release(member)) member.opened.close();
    }

    private boolean failsMoreThanOthers(Member member) {
        return members.excessOfFailures(member) >= balance.ejection().failureRate().fraction();
    }

    private void eject(Member member, Cause cause, long now) {
        ejected(member, cause, member.endpoint.eject(cause, now, balance.ejection()));
    }

    /// Called when a call goes to another endpoint, since it could not be sent.
    void redirected() {
        around.observer().redirected(config.name());
    }

    /// Called when an endpoint has asked for a pause.
    void pause(Member member, Duration asked) {
        ejected(member, Cause.RETRY_AFTER, member.endpoint.pause(asked, now(), balance.ejection()));
    }

    /// Called when a health check has ended.
    void healthy(Member member, boolean healthy, HealthWatch watch) {
        if (!member.endpoint.healthy(healthy, watch, now())) return;
        if (healthy) returned(member.endpoint);
        else
            ejected(member, Cause.UNHEALTHY, Duration.ZERO);
    }

    private void ejected(Member member, Cause cause, @Nullable Duration time) {
        if (time == null) return;
        around.observer().ejected(config.name(), member.toString(), cause.label(), time);
        LOG.warn("{}: endpoint {} is left alone{} ({})", config.name(), member,
                time.isZero() ? "" : " for " + time.toMillis() + " ms", cause.label());
    }

    private void returned(Endpoint endpoint) {
        around.observer().returned(config.name(), endpoint.toString());
        LOG.info("{}: endpoint {} is asked again", config.name(), endpoint);
    }

    /// Stops watching, and releases the connections: calls that still run on them fail. Blocks for a moment.
    @Override
    public void close() {
        watches.forEach(Background.Running::stop);
        stopHealthChecks();
        members.close().forEach(each -> each.opened.close());
    }
}
