package dev.structured.scenario;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A service that is started when it is first asked for: some scenarios start services of their own, and none
/// is to run beside those. For one task.
final class LazyService implements AutoCloseable {
    private final String downstream;
    private final Path folder;
    private final String routes;
    private final String name;
    private @Nullable Service service;

    /// @param downstream the address of the routes' downstream
    /// @param folder the folder for its configuration and its log
    /// @param routes the name of the file of its routes, without its ending
    /// @param name the name of its configuration and of its log, without their endings
    LazyService(String downstream, Path folder, String routes, String name) {
        this.downstream = downstream;
        this.folder = folder;
        this.routes = routes;
        this.name = name;
    }

    /// Returns the service; starts it the first time.
    Service get() throws IOException {
        if (service == null) service = Service.start(downstream, folder, routes, name, 0, 0);
        return service;
    }

    /// Stops the service if it was started.
    @Override
    public void close() {
        if (service != null) service.close();
    }
}
