package dev.structured.service.client;

import dev.structured.core.TooSlowException;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.HostAndPort;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.descriptors.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens connections to one host and port: finds the addresses of the host, and tries one after the other.
final class Connector {
    private final String host;
    private final int port;
    private final Duration timeout;
    /// The address to connect to; null if the host's name must be looked up.
    private final @Nullable InetAddress fixed;
    private final NameLookup lookup;
    /// Null for a downstream without TLS.
    private final @Nullable TlsHandshake tls;

    /// @param timeout the longest time to open a connection: lookup of the name, connecting, and the TLS
    ///     handshake
    Connector(Target target, Duration timeout, TlsConfig tls) {
        this(target, timeout, target.encrypted()
                ? new TlsHandshake(tls, HostAndPort.withoutBrackets(target.host()), target.port())
                : null);
    }

    /// @param tls null for a downstream without TLS
    Connector(Target target, Duration timeout, @Nullable TlsHandshake tls) {
        this.host = target.host();
        this.port = target.port();
        this.timeout = timeout;
        this.fixed = target.address() == null ? literal(host) : target.address();
        this.lookup = NameLookup.of(host);
        this.tls = tls;
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(HostAndPort.withoutBrackets(host));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Opens a connection. Blocks. **Checkpoint.**
    ///
    /// @param protocols the protocols that are offered by ALPN, the best first
    /// @throws DownstreamException if no address of the host accepts the connection in time, or the TLS
    ///     handshake fails
    /// @throws InterruptedException if interrupted meanwhile
    Wire open(String... protocols) throws DownstreamException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            return open(end, protocols);
        } catch (DownstreamException e) {
            if (!(e.getCause() instanceof EndedSessionException)) throw e;
            return open(end, protocols); // nothing has been sent, and this handshake resumes no session
        }
    }

    private Wire open(long end, String... protocols) throws DownstreamException, InterruptedException {
        SocketChannel channel = connect(end);
        return tls == null ? new PlainWire(channel) : tls.begin(channel, end - System.nanoTime(), protocols);
    }

    private SocketChannel connect(long end) throws DownstreamException, InterruptedException {
        List<InetAddress> addresses = addresses();
        DownstreamException failure = null;
        for (int i = 0; i < addresses.size(); i++) {
            long share = (end - System.nanoTime()) / (addresses.size() - i);
            try {
                return connect(new InetSocketAddress(addresses.get(i), port), share);
            } catch (DownstreamException e) {
                failure = e;
            }
        }
        throw failure == null ? unresolved(null) : failure;
    }

    private List<InetAddress> addresses() throws DownstreamException {
        if (fixed != null) return List.of(fixed);
        try {
            return lookup.addresses(timeout);
        } catch (UnknownHostException | TooSlowException e) {
            // A lookup needs a descriptor too, and fails in this way without one.
            PlainWire.close(newChannel());
            throw unresolved(e);
        }
    }

    private DownstreamException unresolved(@Nullable Exception cause) {
        return new DownstreamException(ErrorType.DNS, "Could not resolve " + host, cause);
    }

    private static SocketChannel connect(InetSocketAddress address, long nanos)
            throws DownstreamException, InterruptedException {
        SocketChannel channel = newChannel();
        boolean connected = false;
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, (int) Math.max(1, Math.ceilDiv(nanos, 1_000_000)));
            connected = true;
            return channel;
        } catch (SocketTimeoutException e) {
            throw new DownstreamException(ErrorType.CONNECT_TIMEOUT, "No connection in time", e);
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException("Interrupted while connecting");
            throw new DownstreamException(ErrorType.CONNECT_REFUSED, "Could not connect: " + e.getMessage(),
                    e);
        } finally {
            if (!connected) PlainWire.close(channel);
        }
    }

    /* Fails when the process has no descriptor left, which says nothing about the downstream. */
    private static SocketChannel newChannel() throws DownstreamException {
        if (!Descriptors.takeOne()) {
            throw new DownstreamException(ErrorType.DESCRIPTORS, "Too few descriptors are left (ulimit -n)",
                    null);
        }
        try {
            return SocketChannel.open();
        } catch (IOException e) {
            throw new DownstreamException(ErrorType.DESCRIPTORS, "No socket: " + e.getMessage(), e);
        }
    }
}
