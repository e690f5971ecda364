package dev.structured.service.server;

import dev.structured.service.config.Http2Config;
import dev.structured.service.config.ServerConfig;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/// The protocols of the public listener; a connection begins with the first one.
record HttpVersions(ServerConfig config, @Nullable ServerCertificate certificate, ReadAheadBudget budget) {

    /// Returns the factories of a connector.
    ///
    /// @param executor runs Jetty's callbacks, which may block
    ConnectionFactory[] factories(HttpConfiguration http, Executor executor) {
        List<ConnectionFactory> all = certificate == null
                ? withoutTls(http)
                : withTls(certificate, http, executor);
        return all.toArray(ConnectionFactory[]::new);
    }

    private List<ConnectionFactory> withoutTls(HttpConfiguration http) {
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        if (config.http2().offered() != Http2Config.Offered.ALWAYS) return List.of(http1);
        HTTP2CServerConnectionFactory http2 = new PriorKnowledge(http2(http));
        limit(http2);
        return List.of(http1, http2);
    }

    private List<ConnectionFactory> withTls(ServerCertificate own, HttpConfiguration http,
            Executor executor) {
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        if (config.http2().offered() == Http2Config.Offered.NEVER) {
            return List.of(new ReadAheadTls(own.contexts(), http1.getProtocol(), budget, executor), http1);
        }
        HTTP2ServerConnectionFactory http2 = new OverTls(http2(http));
        limit(http2);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        return List.of(new ReadAheadTls(own.contexts(), alpn.getProtocol(), budget, executor), alpn, http2,
                http1);
    }

    private static HttpConfiguration http2(HttpConfiguration http) {
        HttpConfiguration own = HeadSize.of(http);
        own.addCustomizer(new Http2Host());
        return own;
    }

    private void limit(HTTP2ServerConnectionFactory http2) {
        http2.setMaxConcurrentStreams(config.http2().maxStreams());
        http2.setRateControlFactory(new FrameLimits(config.http2()));
        // No route reads a stream as something other than a request.
        http2.setConnectProtocolEnabled(false);
    }

    /// HTTP/2 over TLS, chosen by ALPN.
    private static final class OverTls extends HTTP2ServerConnectionFactory {
        OverTls(HttpConfiguration http) {
            super(http);
        }

        @Override
        protected Map<Integer, Integer> newSettings() {
            return HeadSize.settings(super.newSettings());
        }
    }

    /// HTTP/2 without TLS from the first byte only (RFC 9113, 3.3). A request of HTTP/1.1 that asks for an
    /// upgrade is answered by HTTP/1.1: proxies in front that pass such a request on would no longer see the
    /// requests behind it.
    private static final class PriorKnowledge extends HTTP2CServerConnectionFactory {
        PriorKnowledge(HttpConfiguration http) {
            super(http);
        }

        @Override
        protected Map<Integer, Integer> newSettings() {
            return HeadSize.settings(super.newSettings());
        }

        @Override
        public @Nullable Connection upgradeConnection(Connector connector, EndPoint endPoint,
                MetaData.Request request, HttpFields.Mutable response) {
            return HttpMethod.PRI.is(request.getMethod())
                    ? super.upgradeConnection(connector, endPoint, request, response)
                    : null;
        }
    }
}
