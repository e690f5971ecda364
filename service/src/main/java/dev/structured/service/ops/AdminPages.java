package dev.structured.service.ops;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/// Adds the pages of the admin listener.
final class AdminPages {
    private AdminPages() {}

    /// Adds a page that answers GET, and HEAD with the same headers. By itself, Javalin would answer HEAD
    /// without asking the page, with a length of 0.
    static void add(RoutesConfig routes, String path, Handler page) {
        routes.get(path, page);
        routes.head(path, page);
    }
}
