package dev.structured.service.ops;

import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import io.javalin.config.RoutesConfig;
import java.io.IOException;

/// Shows a saved minute in the page of the admin listener. Only programs of this machine can connect, and
/// there is nothing to change.
public final class ReplayServer implements AutoCloseable {
    /// The only address that it listens on.
    public static final String HOST = "127.0.0.1";

    private final String page;
    private final AdminListener listener;

    /// @param minute the lines of the minute
    /// @param port the port to listen on; 0 for any free port
    public ReplayServer(String minute, int port) {
        this.page = PageFiles.withMinute(minute);
        this.listener = new AdminListener(new ListenAddress(HOST, port),
                new AdminGate(AdminPolicy.DEFAULT), ConnectionObserver.NONE, this::add);
    }

    private void add(RoutesConfig routes) {
        AdminPages.add(routes, "/", PageBulkhead.of(ctx -> {
            ctx.contentType("text/html; charset=utf-8").header("Content-Security-Policy",
                    PageFiles.ALONE + "; frame-ancestors 'none'");
            return page;
        }));
    }

    /// Opens the port.
    ///
    /// @return the port that was opened
    /// @throws IOException if the port cannot be opened
    public int start() throws IOException {
        return listener.start();
    }

    @Override
    public void close() {
        listener.close();
    }
}
