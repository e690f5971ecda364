package dev.structured.service.client;

import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
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
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Begins TLS 1.2 or 1.3 on open sockets to one downstream, and verifies the downstream's name. Resumes
/// sessions if the downstream allows it.
final class TlsHandshake {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    /// The kind of a subject alternative name (RFC 5280, 4.2.1.6).
    private static final Integer DNS_NAME = 2;

    private final DownstreamTls files;
    private final String name;
    private final int port;

    /// @param host the host of the downstream's URL, which is verified unless the configuration has another
    ///     name
    TlsHandshake(TlsConfig config, String host, int port) {
        this(config, host, port, InstantSource.system());
    }

    /// @param clock tells when certificates have expired
    TlsHandshake(TlsConfig config, String host, int port, InstantSource clock) {
        this.files = new DownstreamTls(config, clock);
        String given = config.serverName() == null ? host : config.serverName();
        // Certificates have no names with the dot that ends a whole name in DNS, and TLS asks for none.
        this.name = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
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
        boolean done = false;
        try {
            SSLSocket socket = (SSLSocket) files.context().getSocketFactory()
                    .createSocket(channel.socket(), name, port, true);
            socket.setSSLParameters(parameters(socket.getSSLParameters(), protocols));
            // The socket's own timeout would begin again with each byte that arrives.
            long began = files.millis();
            IOException failed = Timeouts.failAfter(Duration.ofNanos(Math.max(1, nanos)),
                    () -> shakeHands(socket));
            if (failed != null) throw failed;
            files.begun(socket.getSession(), began);
            requireName(socket.getSession());
            done = true;
            return new TlsWire(channel, socket);
        } catch (TooSlowException e) {
            throw new DownstreamException(ErrorType.CONNECT_TIMEOUT, "No TLS connection in time", e);
        } catch (IOException e) {
            throw new DownstreamException(ErrorType.TLS, "No TLS connection: " + detail(e), e);
        } catch (GeneralSecurityException e) {
            throw new DownstreamException(ErrorType.TLS, String.valueOf(e.getMessage()), e);
        } finally {
            if (!done) PlainWire.close(channel);
        }
    }

    /// Returns the failure; null if there is none.
    private static @Nullable IOException shakeHands(SSLSocket socket) throws InterruptedException {
        try {
            socket.startHandshake();
            return null;
        } catch (IOException e) {
            if (Thread.interrupted()) throw new InterruptedException("Interrupted in the handshake");
            return e;
        }
    }

    /// Requires that the certificate has names of DNS, one of which the JDK has found to be the right one.
    /// Where it has none the JDK takes its common name, which RFC 9110 (4.3.4) forbids.
    private void requireName(SSLSession session) throws SSLException {
        if (isAddress() || !(session.getPeerCertificates()[0] instanceof X509Certificate own)) return;
        try {
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            if (names != null && names.stream().anyMatch(each -> DNS_NAME.equals(each.getFirst()))) return;
        } catch (CertificateParsingException _) {
            // It has none that can be read.
        }
        throw new SSLException("the certificate is not for " + name
                + " (none of its subject alternative names is of DNS, and the common name does not count)");
    }

    private boolean isAddress() {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
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
        if (isAddress()) return null;
        try {
            return new SNIHostName(name);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Returns a description of the failure for the log.
    private String detail(Throwable failure) {
        Throwable last = failure;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            last = each;
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
                case CertificateException wrong when wrong.getClass() == CertificateException.class
                        && wrong.getCause() == null -> {
                    return "the certificate is not for " + name + " (" + wrong.getMessage() + ")";
                }
                default -> {
                    // The reason may be a cause further down.
                }
            }
        }
        return String.valueOf(last.getMessage());
    }
}
