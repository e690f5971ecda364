package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SlowReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One source, readers of different speed. The slow one misses what is old; nobody waits for it.
final class Ticker {
    private Ticker() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> tick(out));
    }

    // @start region=tick
    private static void tick(Transcript out) {
        Broadcast<Integer> prices = Broadcast.open("prices", 2, SlowReader.DROP_OLDEST);
        Nursery.run("exchange", nursery -> {
            ReceiveChannel<Integer> trader = prices.subscribe(); // before the first price is sent
            ReceiveChannel<Integer> paper = prices.subscribe();
            nursery.startSoon("trader", () -> read("trader", trader, Duration.ofMillis(100), out));
            nursery.startSoon("paper", () -> read("paper", paper, Duration.ofMillis(3_300), out));
            prices.feed(() -> {
                for (int price = 101; price <= 108; price++) {
                    Checkpoints.sleep(Duration.ofSeconds(1));
                    prices.send(price); // never waits
                }
            });
        });
    }

    private static void read(String name, ReceiveChannel<Integer> prices, Duration pace, Transcript out) {
        List<Integer> seen = new ArrayList<>();
        for (int price : prices) {
            seen.add(price);
            Checkpoints.sleep(pace);
        }
        out.say(name + ": " + seen + ", missed " + prices.statistics().discarded());
    }
    // @end
}
