package dev.structured.frameworks;

import dev.structured.core.Checkpoints;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The servers that a page asks: one that answers, hangs or fails, as the id says.
public final class Shop {
    private final AtomicInteger running = new AtomicInteger();

    String product(String id) {
        return "product " + id;
    }

    /// @throws IOException if the id is `broken`
    List<String> reviews(String id) throws IOException {
        running.incrementAndGet();
        try {
            if (id.equals("hangs")) Checkpoints.sleepForever();
            if (id.equals("broken")) throw new IOException("no reviews");
            return List.of("good", "bad");
        } finally {
            running.decrementAndGet();
        }
    }

    /// Returns the number of calls that have not ended.
    int running() {
        return running.get();
    }
}
