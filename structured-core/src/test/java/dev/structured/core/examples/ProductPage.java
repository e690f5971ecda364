package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The example of the README: a page of two parts, under one deadline, one of them optional.
final class ProductPage {

    record Product(String name) {}

    record Review(String text) {}

    interface Catalog {
        Product get(String id) throws IOException;
    }

    interface ReviewService {
        List<Review> of(String id) throws InterruptedException;
    }

    private final Scheduler scheduler;
    private final Catalog catalog;
    private final ReviewService reviewService;

    ProductPage(Scheduler scheduler, Catalog catalog, ReviewService reviewService) {
        this.scheduler = scheduler;
        this.catalog = catalog;
        this.reviewService = reviewService;
    }

    // @formatter:off
    // @start region=page
    record Page(Product product, List<Review> reviews) {}

    Page page(String id) {
        return scheduler.call("GET /products/" + id, () ->
                Timeouts.failAfter(Duration.ofMillis(800), () ->
                        Nursery.call(nursery -> {
                            Task<Product> product = nursery.startSoon("product", () -> catalog.get(id));
                            Task<List<Review>> reviews = nursery.startSoon("reviews", () ->
                                    Timeouts.moveOnAfter(Duration.ofMillis(200), () -> reviewService.of(id))
                                            .orElse(List.of()));
                            return new Page(product.await(), reviews.await());
                        })));
    }
    // @end
    // @formatter:on
}
