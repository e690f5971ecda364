package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Begins TLS 1.2 or 1.3 on open sockets to one downstream, and verifies the downstream's name. Resumes
/// sessions if the downstream allows it.
final class TlsHandshake {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final DownstreamTls files;
    private final String name;
    private final int port;

    /// @param host the host of the downstream's URL, which is verified unless the configuration has another
    ///     name
    TlsHandshake(TlsConfig config, String host, int port) {
        this.files = new DownstreamTls(config);
        this.name = config.serverName() == null ? host : config.serverName();
        this.port = port;
    }

    /// Does the handshake. Blocks.
    ///
    /// @param channel connected; closed if this throws
    /// @param nanos the longest time
    /// @param protocols the protocols that are offered by ALPN, the best first
    /// @throws DownstreamException if the two sides do not agree, or the downstream cannot be trusted
    /// @throws InterruptedException if interrupted meanwhile
    Wire begin(SocketChannel channel, long nanos, String... protocols)
            throws DownstreamException, InterruptedException {
        long end = System.nanoTime() + nanos;
        boolean done = false;
        try {
            SSLSocket socket = (SSLSocket) files.context().getSocketFactory()
                    .createSocket(channel.socket(), name, port, true);
            socket.setSSLParameters(parameters(socket.getSSLParameters(), protocols));
            channel.socket().setSoTimeout((int) Math.max(1, nanos / 1_000_000));
            socket.startHandshake();
            channel.socket().setSoTimeout(0);
            done = true;
            return new TlsWire(channel, socket);
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException("Interrupted in the handshake");
            throw failure(e, System.nanoTime() - end >= 0);
        } catch (GeneralSecurityException e) {
            throw new DownstreamException(ErrorType.TLS, String.valueOf(e.getMessage()), e);
        } finally {
            if (!done) PlainWire.close(channel);
        }
    }

    private SSLParameters parameters(SSLParameters parameters, String... protocols) {
        parameters.setProtocols(VERSIONS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        SNIHostName asked = asked();
        if (asked != null) parameters.setServerNames(List.of(asked));
        return parameters;
    }

    /// Returns the name to ask for; null if the host is an address, or not a DNS name.
    private @Nullable SNIHostName asked() {
        try {
            InetAddress.ofLiteral(name);
            return null;
        } catch (IllegalArgumentException _) {
            // It is a name.
        }
        try {
            return new SNIHostName(name);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private DownstreamException failure(IOException e, boolean late) {
        if (late) return new DownstreamException(ErrorType.CONNECT_TIMEOUT, "No TLS connection in time", e);
        return new DownstreamException(ErrorType.TLS, "No TLS connection: " + detail(e), e);
    }

    /// Returns a description of the failure for the log.
    private String detail(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            switch (each) {
                case CertificateExpiredException _ -> {
                    return "the certificate has expired";
                }
                case CertificateNotYetValidException _ -> {
                    return "the certificate is not valid yet";
                }
                case CertPathBuilderException _ -> {
                    return "the certificate is from no authority that is trusted";
                }
                case CertificateException wrong when wrong.getCause() == null -> {
                    return "the certificate is not for " + name + " (" + wrong.getMessage() + ")";
                }
                default -> {
                    // The reason may be a cause further down.
                }
            }
        }
        return String.valueOf(failure.getMessage());
    }
}
