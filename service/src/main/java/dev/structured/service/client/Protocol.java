package dev.structured.service.client;

import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.util.List;

/// A way to call downstreams: it sends a call to one address and brings the reply back.
///
/// To add a protocol, implement this interface, and add an argument to [Protocols#of] where the service is
/// wired. A protocol gets [calls][dev.structured.service.aggregate.Call] with a method, a path, headers and
/// JSON, and decides their form on the wire. Retries, limits, breakers and caches are outside of it, and the
/// same for all protocols. **Thread-safe.**
public interface Protocol extends AutoCloseable {
    /// Returns true if this protocol can call a downstream at the URL.
    boolean speaks(URI url);

    /// Opens one endpoint of a downstream; no connection is made before the first call.
    ///
    /// An endpoint may be opened again, for the same or another configuration, while it is in use.
    ///
    /// @param config the downstream's limits
    /// @param endpoint its address
    /// @param observer observes every call to it
    /// @return the endpoint as a downstream, which [#close()] closes too
    /// @throws IllegalArgumentException if the URL is not one that the protocol can call
    /// @throws IllegalStateException if the protocol is closed
    OpenedDownstream open(DownstreamConfig config, EndpointAddress endpoint, CallObserver observer);

    /// Opens the endpoint at a URL.
    ///
    /// @see #open(DownstreamConfig, EndpointAddress, CallObserver)
    default OpenedDownstream open(DownstreamConfig config, URI url, CallObserver observer) {
        return open(config, EndpointAddress.of(url), observer);
    }

    /// Returns the numbers of open connections by downstream and address; each pair once.
    List<OpenConnections> openConnections();

    /// Returns the numbers of connections that have been opened since the start, by downstream, address and
    /// reason; each combination once. The numbers never decrease.
    List<OpenedConnections> openedConnections();

    /// Closes all connections; calls that still run fail. A second call does nothing.
    @Override
    void close();
}
