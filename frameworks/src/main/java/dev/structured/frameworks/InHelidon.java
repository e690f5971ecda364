package dev.structured.frameworks;

import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.List;

/// A page in a handler of Helidon.
final class InHelidon {
    private final Shop shop;

    InHelidon(Shop shop) {
        this.shop = shop;
    }

    WebServer start(int port, Scheduler scheduler, Duration limit) {
        // @start region=server
        return WebServer.builder().port(port).routing(routing -> routing
                .get("/products/{id}", (req, res) -> res.send(
                        scheduler.call("GET /products", () -> Timeouts.failAfter(limit,
                                () -> page(req.path().pathParameters().get("id"))))))
                .error(TooSlowException.class,
                        (req, res, e) -> res.status(Status.GATEWAY_TIMEOUT_504).send())
                .error(NurseryFailedException.class,
                        (req, res, e) -> res.status(Status.BAD_GATEWAY_502).send(e.leaves().toString())))
                .build().start();
        // @end
    }

    private String page(String id) {
        return Nursery.call(parts -> {
            Task<String> product = parts.startSoon("product", () -> shop.product(id));
            Task<List<String>> reviews = parts.startSoon("reviews", () -> shop.reviews(id));
            return product.await() + ": " + reviews.await();
        });
    }
}
