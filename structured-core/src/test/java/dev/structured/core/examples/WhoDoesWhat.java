package dev.structured.core.examples;

import static java.time.Duration.ofMillis;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.TaskTree;
import dev.structured.core.Timeouts;
import java.io.PrintStream;

/// A picture of all tasks, taken in the middle of a request.
final class WhoDoesWhat {
    private WhoDoesWhat() {}

    static void main() {
        run(Scheduler.builder(), System.out);
    }

    static void run(Scheduler.Builder settings, PrintStream out) {
        try (Scheduler scheduler = settings.build()) {
            scheduler.run("GET /products/{id}", () -> page(scheduler, out));
        }
    }

    // @start region=page
    private static void page(Scheduler scheduler, PrintStream out) {
        Timeouts.failAfter(ofMillis(800), () -> Nursery.run("parts", parts -> {
            Task<String> product = parts.startSoon("product", () -> {
                Checkpoints.sleep(ofMillis(300));
                return "lamp";
            });
            parts.startSoon("price", () -> Nursery.run("currencies", currencies -> {
                currencies.startSoon("euro", product::await);
                currencies.startSoon("dollar", product::await);
            }));
            Checkpoints.sleep(ofMillis(200));
            out.print(TaskTree.of(scheduler).text());
        }));
    }
    // @end
}
