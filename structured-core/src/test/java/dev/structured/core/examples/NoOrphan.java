package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A page of two parts fails because of the one, and the other is left behind; or not.
///
/// Each way of writing it is run with parts that hang, and then what still runs is counted.
final class NoOrphan {
    private final Transcript out;

    private NoOrphan(Transcript out) {
        this.out = out;
    }

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        NoOrphan example = new NoOrphan(new Transcript(scheduler, stream));
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            example.count("ExecutorService", shop -> pageByExecutor(shop, pool));
            example.count("CompletableFuture", shop -> pageByFutures(shop, pool));
        }
        example.count("Nursery", shop -> scheduler.call("page", () -> pageByNursery(shop)));
    }

    // @start region=executor
    private static String pageByExecutor(Shop shop, ExecutorService pool)
            throws ExecutionException, InterruptedException {
        Future<String> product = pool.submit(shop::product);
        Future<String> reviews = pool.submit(shop::reviews);
        return product.get() + reviews.get(); // the first get() throws, and the second future is lost
    }
    // @end

    // @start region=futures
    private static String pageByFutures(Shop shop, ExecutorService pool) {
        CompletableFuture<String> product = CompletableFuture.supplyAsync(shop::product, pool);
        CompletableFuture<String> reviews = CompletableFuture.supplyAsync(shop::reviews, pool);
        try {
            return product.join() + reviews.join();
        } finally {
            reviews.cancel(true); // marks the future as cancelled; the code behind it is not told
        }
    }
    // @end

    // @start region=nursery
    private static String pageByNursery(Shop shop) {
        return Nursery.call(nursery -> {
            Task<String> product = nursery.startSoon("product", shop::product);
            Task<String> reviews = nursery.startSoon("reviews", shop::reviews);
            return product.await() + reviews.await();
        });
    }
    // @end

    private interface Page {
        String of(Shop shop) throws ExecutionException, InterruptedException;
    }

    private void count(String how, Page page) {
        Shop shop = new Shop();
        try {
            out.say(how + ": " + page.of(shop));
        } catch (ExecutionException | InterruptedException | RuntimeException e) {
            String text = e instanceof NurseryFailedException
                    ? "NurseryFailedException"
                    : e.getClass().getSimpleName();
            out.say(how + ": " + text + ", still running: " + shop.running.get());
        } finally {
            shop.open.countDown();
        }
    }

    /// Has no products, and reviews that hang until it opens.
    private static final class Shop {
        final AtomicInteger running = new AtomicInteger();
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        String product() {
            await(asked);
            throw new IllegalStateException("no such product");
        }

        String reviews() {
            running.incrementAndGet();
            try {
                asked.countDown();
                await(open);
                return "good";
            } finally {
                running.decrementAndGet();
            }
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(10, TimeUnit.SECONDS)) throw new IllegalStateException("waited too long");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
