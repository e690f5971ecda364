package dev.structured.core.examples;

import dev.structured.core.Completion;
import dev.structured.core.Nursery;
import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.Select;
import dev.structured.core.channel.SendChannel;
import dev.structured.core.channel.SlowReader;
import dev.structured.core.channel.Stages;
import dev.structured.core.channel.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What the Javadoc of the channels shows, so that it compiles.
@SuppressWarnings("unused")
abstract class ChannelSnippets {
    record Order(String line) {
        static Order parse(String line) {
            return new Order(line);
        }
    }

    record Price(int cents) {}

    interface Connection extends AutoCloseable {
        List<String> rows();

        @Override
        void close();
    }

    interface Database {
        Connection connect();
    }

    abstract void ship(Order order);

    abstract void show(Price price);

    void channels(List<String> lines) {
        Channel<Order> orders = Channels.open("orders", 16);
        Nursery.run(nursery -> {
            nursery.startSoon("reader", () -> orders.sender().feed(out -> {
                for (String line : lines) out.send(Order.parse(line));
            }));
            for (Order order : orders.receiver()) ship(order); // until the reader has sent them all
        });
    }

    void feeding(Channel<Order> orders, List<String> lines) {
        orders.sender().feed(out -> {
            for (String line : lines) out.send(Order.parse(line));
        });
    }

    void iteration(ReceiveChannel<Order> orders) {
        for (Order order : orders) ship(order); // until every sending handle is closed
    }

    void producing(Database database) {
        String found = Channels.producing((SendChannel<String> out) -> {
            try (Connection connection = database.connect()) {
                for (String row : connection.rows()) out.send(row);
            } // closed before producing() returns, however it returns
        }, rows -> {
            for (String row : rows) {
                if (row.contains("needle")) return row; // the producer is cancelled
            }
            return "";
        });
    }

    void broadcast(List<Price> ticker) {
        Broadcast<Price> prices = Broadcast.open("prices", 16, SlowReader.DROP_OLDEST);
        Nursery.run(nursery -> {
            ReceiveChannel<Price> reader = prices.subscribe(); // before the first price
            nursery.startSoon("screen", () -> {
                try (reader) {
                    for (Price price : reader) show(price);
                }
            });
            prices.feed(() -> {
                for (Price price : ticker) prices.send(price);
            });
        });
    }

    interface Stock {
        Order check(Order order) throws InterruptedException;
    }

    abstract void store(List<Order> batch);

    void stages(ReceiveChannel<String> lines, Stock stock) {
        Nursery.run(nursery -> {
            ReceiveChannel<Order> parsed = Stages.map(nursery, lines, Order::parse);
            ReceiveChannel<Order> checked = Stages.mapParallel(nursery, parsed, 8, stock::check);
            for (List<Order> batch : Stages.batch(nursery, checked, 100, Duration.ofSeconds(1))) store(batch);
        });
    }

    interface Limits {
        void apply(Config config);
    }

    record Config() {
        static Config read(Path file) {
            return new Config();
        }
    }

    abstract boolean awaitChange(Path file);

    void watch(Nursery nursery, Limits limits, Path file) {
        Watch<Config> config = Watch.open("configuration", Config.read(file));
        nursery.startSoon("limits", () -> {
            try (ReceiveChannel<Config> changes = config.subscribe()) {
                for (Config latest : changes) limits.apply(latest); // the present one first
            }
        });
        nursery.startSoon("watcher", () -> config.feed(() -> {
            while (awaitChange(file))
                config.set(Config.read(file));
        }));
    }

    void select(ReceiveChannel<Order> orders, ReceiveChannel<String> complaints, Completion closing) {
        Select<String> next = new Select<String>()
                .receive(orders, order -> "order " + order)
                .receive(complaints, complaint -> "complaint " + complaint)
                .on(closing, () -> "closing time")
                .after(Duration.ofMinutes(5), () -> "nothing to do");
        String what = next.await();
    }
}
