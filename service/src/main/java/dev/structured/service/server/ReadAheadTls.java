package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// Begins TLS on connections whose decrypted side can be read ahead: only there can TLS's close_notify be
/// seen, and the bytes before it.
final class ReadAheadTls extends SslConnectionFactory {
    private final ReadAheadBudget budget;
    private final Executor executor;

    /// @param next the protocol that follows the handshake
    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadTls(SslContextFactory.Server contexts, String next, ReadAheadBudget budget, Executor executor) {
        super(contexts, next);
        this.budget = budget;
        this.executor = executor;
    }

    @Override
    protected SslConnection newSslConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
        return new TlsConnection(connector, endPoint, engine);
    }

    private final class TlsConnection extends SslConnection {
        TlsConnection(Connector connector, EndPoint endPoint, SSLEngine engine) {
            super(connector.getByteBufferPool(), connector.getExecutor(), getSslContextFactory(), endPoint,
                    engine, isDirectBuffersForEncryption(), isDirectBuffersForDecryption());
        }

        @Override
        protected SslEndPoint newSslEndPoint() {
            return new DecryptedEndPoint();
        }

        private final class DecryptedEndPoint extends SslEndPoint implements WatchedEndPoint {
            private final @Nullable ClientEndPoint client = ClientEndPoint.beneath(this);
            private final ReadAhead ahead = new ReadAhead(this, super::fill, budget, executor);

            @Override
            public ReadAhead ahead() {
                return ahead;
            }

            @Override
            public int fill(ByteBuffer buffer) throws IOException {
                int filled = ahead.fill(buffer);
                if (client != null) client.filled(buffer, filled);
                return filled;
            }

            @Override
            protected void needsFillInterest() {
                if (!ahead.offer()) super.needsFillInterest();
            }

            @Override
            public void onClose(Throwable failure) {
                ahead.drop();
                super.onClose(failure);
            }
        }
    }
}
