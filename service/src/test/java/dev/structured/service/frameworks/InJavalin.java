package dev.structured.service.frameworks;

import dev.structured.core.Fn;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import io.javalin.Javalin;
import java.time.Duration;

/// A page in a handler of Javalin, as the page on frameworks shows it.
final class InJavalin {
    private InJavalin() {}

    /// @param page makes a page of an id
    static Javalin start(int port, Scheduler scheduler, Duration limit, Fn<String, String, Exception> page) {
        // @start region=server
        return Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.routes.get("/products/{id}", ctx -> ctx.result(
                    scheduler.call("GET /products", () -> Timeouts.failAfter(limit,
                            () -> page.apply(ctx.pathParam("id"))))));
            config.routes.exception(TooSlowException.class, (e, ctx) -> ctx.status(504));
            config.routes.exception(NurseryFailedException.class,
                    (e, ctx) -> ctx.status(502).result(e.leaves().toString()));
            config.events.serverStopping(() -> scheduler.requestStop(Duration.ofSeconds(10)));
            config.events.serverStopped(scheduler::close);
        }).start("127.0.0.1", port);
        // @end
    }
}
