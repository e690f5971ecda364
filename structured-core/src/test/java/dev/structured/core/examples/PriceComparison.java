package dev.structured.core.examples;

import static java.time.Duration.ofMillis;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.ValueBody;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.Settled;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.IntStream;

/// Asks several shops for the price of a thing: all of them, whoever answers, the first, until it is enough.
final class PriceComparison {
    /// A shop, which takes a while to answer.
    ///
    /// @param cents the price; negative if the shop fails
    private record Shop(String name, int millis, int cents) {
        String price() throws IOException {
            Checkpoints.sleep(ofMillis(millis));
            if (cents < 0) throw new IOException(name + " is closed");
            return name + " wants " + cents;
        }
    }

    private static final Shop CORNER = new Shop("corner shop", 100, 420);
    private static final Shop MARKET = new Shop("market", 300, 390);
    private static final Shop KIOSK = new Shop("kiosk", 200, -1);
    private static final Shop MALL = new Shop("mall", 4_000, 350);

    private final Transcript out;

    private PriceComparison(Transcript out) {
        this.out = out;
    }

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        PriceComparison comparison = new PriceComparison(new Transcript(scheduler, stream));
        scheduler.run("main", () -> {
            comparison.all();
            comparison.settled();
            comparison.first();
            comparison.connection();
            comparison.enough();
            comparison.pages();
        });
    }

    private void all() {
        // @start region=all
        List<String> prices = Combine.all(CORNER::price, MARKET::price);
        out.say("all: " + prices);

        String both = Combine.both(CORNER::price, MARKET::price,
                (corner, market) -> corner + " and " + market);
        out.say("both: " + both);
        // @end
    }

    private void settled() {
        // @start region=settled
        for (Settled<String> end : Combine.settled(CORNER::price, KIOSK::price, MARKET::price)) {
            switch (end) {
                case Settled.Succeeded(String price) -> out.say("settled: " + price);
                case Settled.Failed(Exception error) -> out.say("settled: no price, " + error.getMessage());
            }
        }
        // @end
    }

    private void first() {
        // @start region=race
        String price = Combine.race(MALL::price, KIOSK::price, MARKET::price);
        out.say("first: " + price);
        // @end
    }

    // @start region=discard
    private void connection() throws IOException {
        List<ValueBody<Closeable, IOException>> dials = List.of(() -> dial("line 1"), () -> dial("line 2"));
        try (Closeable line = Combine.race(dials, Closeable::close)) {
            out.say("calls on " + line);
        }
    }
    // @end

    private Closeable dial(String name) {
        Checkpoints.sleep(ofMillis(name.endsWith("1") ? 100 : 200));
        return new Closeable() {
            @Override
            public void close() {
                out.say("hangs up " + name);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    private void enough() {
        List<ValueBody<String, IOException>> shops = List.of(MALL::price, MARKET::price, CORNER::price,
                KIOSK::price);
        // @start region=enough
        Combine.asCompleted(shops, results -> {
            int prices = 0;
            for (Settled<String> end : results) {
                out.say("as they come: " + end.orElseGet(Exception::getMessage));
                if (!end.isFailed() && ++prices == 2) break; // the rest is stopped
            }
        });
        // @end
    }

    private void pages() {
        Iterable<Integer> numbers = () -> IntStream.iterate(1, number -> number + 1).iterator();
        // @start region=map
        Combine.mapOrdered(numbers, 3, this::page, pages -> {
            for (String page : pages) {
                out.say("catalog: " + page);
                if (page.endsWith("is the last")) break; // of a source without an end
            }
        });
        // @end
    }

    private String page(int number) {
        Checkpoints.sleep(ofMillis(number == 1 ? 300 : 100));
        return "page " + number + (number == 5 ? " is the last" : "");
    }
}
