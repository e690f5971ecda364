package dev.structured.frameworks;

import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// A page in a controller of Spring Boot.
@SpringBootApplication
public class InSpringBoot {

    @Bean
    Shop shop() {
        return new Shop();
    }

    // @start region=scheduler
    @Configuration
    static class Structured {
        @Bean(destroyMethod = "close")
        Scheduler scheduler() {
            return Scheduler.open();
        }
    }
    // @end

    record Page(String product, List<String> reviews) {}

    // @start region=controller
    @RestController
    static class ProductController {
        private final Scheduler scheduler;
        private final Shop shop;
        private final Duration limit;

        ProductController(Scheduler scheduler, Shop shop, @Value("${page.limit:800ms}") Duration limit) {
            this.scheduler = scheduler;
            this.shop = shop;
            this.limit = limit;
        }

        @GetMapping("/products/{id}")
        Page page(@PathVariable("id") String id) {
            return scheduler.call("GET /products",
                    () -> Timeouts.failAfter(limit, () -> Nursery.call(parts -> {
                        Task<String> product = parts.startSoon("product", () -> shop.product(id));
                        Task<List<String>> reviews = parts.startSoon("reviews", () -> shop.reviews(id));
                        return new Page(product.await(), reviews.await());
                    })));
        }

        @ExceptionHandler
        ResponseEntity<String> tooSlow(TooSlowException e) {
            return ResponseEntity.status(HttpStatus.GATEWAY_TIMEOUT).build();
        }

        @ExceptionHandler
        ResponseEntity<String> failed(NurseryFailedException e) {
            return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(e.leaves().toString());
        }
    }
    // @end
}
