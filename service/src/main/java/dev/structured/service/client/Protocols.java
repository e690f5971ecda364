package dev.structured.service.client;

import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.util.List;

/// Several protocols as one: a downstream is called over the first protocol that can call its URL.
public final class Protocols implements Protocol {
    private final List<Protocol> protocols;

    private Protocols(List<Protocol> protocols) {
        this.protocols = protocols;
    }

    /// Returns the protocols as one, which closes them all.
    public static Protocols of(Protocol... protocols) {
        return new Protocols(List.of(protocols));
    }

    @Override
    public boolean speaks(URI url) {
        return protocols.stream().anyMatch(each -> each.speaks(url));
    }

    @Override
    public OpenedDownstream open(DownstreamConfig config, EndpointAddress endpoint, CallObserver observer) {
        return protocols.stream()
                .filter(each -> each.speaks(endpoint.url()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "No protocol calls a downstream at '" + endpoint.url()
                                        + "'"))
                .open(config, endpoint, observer);
    }

    @Override
    public List<OpenConnections> openConnections() {
        return protocols.stream().flatMap(each -> each.openConnections().stream()).toList();
    }

    @Override
    public List<OpenedConnections> openedConnections() {
        return protocols.stream().flatMap(each -> each.openedConnections().stream()).toList();
    }

    @Override
    public void close() {
        protocols.forEach(Protocol::close);
    }
}
