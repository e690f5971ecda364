package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.core.combine.RestartPolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the Javadoc of [Nursery#use] and [Supervisor] shows; compiled, and never run.
abstract class BlockSnippets {
    interface Connection extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    interface Pool {
        Connection take();
    }

    abstract void serve(Connection connection) throws IOException;

    abstract void follow(String city) throws IOException;

    void resources(Pool pool, Map<String, String> registry, String id) {
        Nursery.run(nursery -> {
            Connection connection = nursery.use(pool.take());
            nursery.use("registration", () -> registry.remove(id), Duration.ofSeconds(1));
            serve(connection);
        });
    }

    void supervised(List<String> cities) {
        RestartPolicy policy = RestartPolicy.of(
                RetryPolicy.of(5, Duration.ofMillis(100), Duration.ofSeconds(10)), Duration.ofMinutes(1));
        Supervisor.run("feeds", policy, feeds -> {
            for (String city : cities) feeds.startSoon(city, () -> follow(city));
        });
    }
}
