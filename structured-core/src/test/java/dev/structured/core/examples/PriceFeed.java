package dev.structured.core.examples;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import java.io.PrintStream;
import java.util.List;
import java.util.function.IntConsumer;

/// A client of somebody else calls back on a thread of its own, which is no task; each call becomes one.
final class PriceFeed {
    private PriceFeed() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            follow(new Feed(List.of(101, 99, 104)), out);
            out.say("main: the feed has ended");
        });
    }

    // @start region=follow
    private static void follow(Feed feed, Transcript out) {
        try (RunEntry entry = RunEntry.open()) {
            Nursery.run("prices", nursery -> {
                CancelScope listening = new CancelScope("listening");
                listening.run(() -> {
                    feed.subscribe( // both are called on the feed's thread
                            price -> entry.post(() -> nursery.startSoon("price", () -> show(price, out))),
                            () -> entry.post(listening::cancel));
                    Checkpoints.sleepForever();
                });
            });
        }
    }
    // @end

    private static void show(int price, Transcript out) {
        Checkpoints.checkpoint(); // it is a task: it may wait, start others, be cancelled
        out.say("price " + price + ": shown");
    }

    /// The client of somebody else.
    private record Feed(List<Integer> prices) {
        void subscribe(IntConsumer onPrice, Runnable onEnd) {
            Thread.ofPlatform().start(() -> {
                prices.forEach(onPrice::accept);
                onEnd.run();
            });
        }
    }
}
