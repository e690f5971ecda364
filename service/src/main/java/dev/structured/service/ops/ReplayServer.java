package dev.structured.service.ops;

import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Shows a saved minute in the page of the admin listener. Only programs of this machine can connect, and
/// there is nothing to change.
public final class ReplayServer implements AutoCloseable {
    /// The only address that it listens on.
    public static final String HOST = "127.0.0.1";

    private final String page;
    private final AdminGate gate = new AdminGate(AdminPolicy.DEFAULT);
    private final AdminListener listener;
    private final Javalin javalin;

    /// @param minute the lines of the minute
    /// @param port the port to listen on; 0 for any free port
    public ReplayServer(String minute, int port) {
        this.page = PageFiles.withMinute(minute);
        this.listener = new AdminListener(new ListenAddress(HOST, port), ConnectionObserver.NONE);
        this.javalin = Javalin.create(this::configure);
    }

    private void configure(JavalinConfig config) {
        config.registerPlugin(listener.plugin());
        config.http.prefer405over404 = true;
        config.routes.before(gate::check);
        AdminPages.add(config.routes, "/", PageBulkhead.of(ctx -> {
            ctx.contentType("text/html; charset=utf-8").header("Content-Security-Policy",
                    PageFiles.ALONE + "; frame-ancestors 'none'");
            return page;
        }));
        config.routes.exception(HttpResponseException.class, AdminServer::refused);
    }

    /// Opens the port.
    ///
    /// @return the port that was opened
    /// @throws IOException if the port cannot be opened
    public int start() throws IOException {
        try {
            return javalin.start().port();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        javalin.stop();
        listener.close();
    }
}
