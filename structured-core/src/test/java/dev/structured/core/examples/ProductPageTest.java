package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Checkpoints;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.TooSlowException;
import dev.structured.core.examples.ProductPage.Page;
import dev.structured.core.examples.ProductPage.Product;
import dev.structured.core.examples.ProductPage.Review;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProductPageTest {
    private static final Product TEAPOT = new Product("teapot");
    private static final List<Review> GOOD = List.of(new Review("good"));

    // @start region=clock
    private final VirtualClock clock = new VirtualClock();
    private final Scheduler scheduler = Scheduler.builder().platform(clock).build();
    // @end

    @Test
    void page_has_both_parts() {
        var pages = new ProductPage(scheduler, id -> TEAPOT, id -> GOOD);
        assertEquals(new Page(TEAPOT, GOOD), pages.page("42"));
    }

    // @start region=virtual
    @Test
    void slow_reviews_are_left_out_after_200_ms() {
        var pages = new ProductPage(scheduler, id -> TEAPOT, id -> {
            Checkpoints.sleepForever();
            return GOOD;
        });
        assertEquals(new Page(TEAPOT, List.of()), pages.page("42"));
        assertEquals(Duration.ofMillis(200), clock.now());
    }
    // @end

    @Test
    void slow_product_fails_the_page_after_800_ms() {
        var pages = new ProductPage(scheduler, id -> {
            Checkpoints.sleepForever();
            return TEAPOT;
        }, id -> GOOD);
        assertThrows(TooSlowException.class, () -> pages.page("42"));
        assertEquals(Duration.ofMillis(800), clock.now());
    }

    @Test
    void failing_catalog_fails_the_page() {
        var pages = new ProductPage(scheduler, id -> {
            throw new IOException("no such table");
        }, id -> GOOD);
        var failure = assertThrows(NurseryFailedException.class, () -> pages.page("42"));
        assertEquals("no such table", assertThrows(IOException.class, () -> {
            throw failure.rethrow(IOException.class);
        }).getMessage());
    }
}
