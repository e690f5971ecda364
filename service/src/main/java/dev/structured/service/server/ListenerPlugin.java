package dev.structured.service.server;

import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinState;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.ServletEntry;
import io.javalin.plugin.Plugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import kotlin.LazyKt;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;

/// Turns a Javalin into one of the service's listeners: one port with its limits, problems instead of error
/// pages, and without those parts of Javalin and Jetty that keep state for a client, such as sessions and
/// websockets.
///
/// Both listeners use it; they differ in their [Settings], and in the parts that they add to their Javalin.
public final class ListenerPlugin extends Plugin<Void> {
    private final Settings settings;

    /// The settings that differ between listeners.
    ///
    /// @param address the address to listen on
    /// @param threads the threads that serve it
    /// @param idleTimeout the time that a connection may be silent
    /// @param pages answers all requests in place of Javalin's routes; null to use the routes
    /// @param errors answers requests that no handler has answered
    /// @param http sets limits and strictness of HTTP
    /// @param connector makes the connector, whose port is not open yet
    public record Settings(ListenAddress address, ThreadPool threads, Duration idleTimeout,
            @Nullable Handler pages, Request.Handler errors, Consumer<HttpConfiguration> http,
            BiFunction<Server, HttpConfiguration, ClientConnector> connector) {}

    public ListenerPlugin(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void onInitialize(JavalinState javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.http.compressionStrategy = CompressionStrategy.NONE;
        // Without the servlet around it that opens websockets.
        javalin.servlet = LazyKt.lazy(() -> new ServletEntry(null, new JavalinServlet(javalin)));
        javalin.jetty.threadPool = settings.threads();
        javalin.jetty.modifyServer(server -> {
            Handler pages = settings.pages();
            server.setHandler(new OnlyHandler(pages == null ? routes(javalin) : pages));
            server.setErrorHandler(settings.errors());
        });
        javalin.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            settings.http().accept(http);
        });
        javalin.jetty.addConnector(this::connector);
    }

    /// Returns the handler of Javalin's routes. Unlike the one that Javalin makes, it opens no websockets and
    /// keeps no sessions, of which any client could make as many as the memory holds.
    private Handler routes(JavalinState javalin) {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
        context.setContextPath("/");
        context.setErrorHandler(settings.errors());
        context.addServlet(new ServletHolder(javalin.servlet.getValue().getServlet()), "/*");
        return context;
    }

    /// The handler of a listener. Javalin adds its own servlet context behind it, which is left out.
    private static final class OnlyHandler extends Handler.Sequence {
        OnlyHandler(Handler only) {
            super(only);
        }

        @Override
        public void addHandler(Handler javalins) {}

        /// Called when the head of a request is complete.
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            SlowClients slow = SlowClients.of(request);
            RequestInFlight inFlight = RequestInFlight.begin(request, callback);
            boolean handled = false;
            try {
                handled = super.handle(request, new PacedResponse(request, response, slow), inFlight);
                return handled;
            } finally {
                if (!handled) inFlight.end();
            }
        }
    }

    private Connector connector(Server server, HttpConfiguration http) {
        ClientConnector connector = settings.connector().apply(server, http);
        connector.setHost(settings.address().host());
        connector.setPort(settings.address().port());
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        open(connector);
        return connector;
    }

    /// Opens the port now and not when the server starts: Javalin would log that failure beside our own
    /// message.
    private static void open(ServerConnector connector) {
        try {
            connector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
