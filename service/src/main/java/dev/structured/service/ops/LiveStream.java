package dev.structured.service.ops;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import dev.structured.core.channel.Broadcast;
import dev.structured.core.channel.ReceiveChannel;
import dev.structured.core.channel.SlowReader;
import dev.structured.service.view.Json;
import dev.structured.service.view.LiveTick;
import dev.structured.service.view.RecentTicks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends ticks to viewers: a few a second, each written once for all of them.
///
/// ```
///   ticks, while there are viewers ──▶ broadcast ──┬─▶ viewer ──▶ its connection
///                                                  └─▶ viewer ──▶ its connection
/// ```
///
/// A viewer that does not read loses the oldest ticks and does not hold up the service; the next tick that it
/// gets is preceded by `{"gap":N}`. Without viewers, no ticks are written. **Thread-safe.**
public final class LiveStream implements AutoCloseable {
    /// The most viewers at once.
    static final int MOST_VIEWERS = 8;
    private static final Duration BETWEEN = Duration.ofMillis(250);
    /// The most ticks that wait for a viewer.
    private static final int AHEAD = 4;

    /// A tick with its number.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tick(long number, byte[] line) {}

    private final Nursery nursery;
    private final RunEntry entry;
    private final Broadcast<Tick> ticks = Broadcast.open("ticks", AHEAD, SlowReader.DROP_OLDEST);
    private final AtomicReference<@Nullable Supplier<LiveTick>> source = new AtomicReference<>();
    private final RecentTicks recent = new RecentTicks();
    private final Object lock = new Object();
    /// All guarded by the lock.
    private int viewers;
    private boolean ticking;
    private long number;

    private LiveStream(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.entry = entry;
    }

    /// Returns a stream without viewers. **Not a checkpoint.**
    ///
    /// @param nursery runs the tasks of the stream
    /// @throws IllegalStateException if the caller is not a task, or its run is ending
    public static LiveStream open(Nursery nursery) {
        return new LiveStream(nursery, RunEntry.open());
    }

    /// Sets the source of the ticks.
    ///
    /// @param now supplies the present state; called by one task at a time
    void ticksOf(Supplier<LiveTick> now) {
        source.set(now);
    }

    /// Returns the ticks of the last minute, which are kept while there are viewers.
    RecentTicks recent() {
        return recent;
    }

    /// Takes the place of a viewer, which [#show] gives back.
    ///
    /// @return false if there are too many
    boolean enter() {
        synchronized (lock) {
            if (viewers == MOST_VIEWERS) return false;
            viewers++;
            return true;
        }
    }

    /// Writes ticks until the viewer leaves, in a task of its own. The caller has [entered][#enter].
    ///
    /// @param out the viewer's connection; may block
    /// @return never completed while it shows: a viewer leaves by closing the connection, which ends the
    ///     request before its task knows it
    CompletableFuture<Void> show(OutputStream out) {
        try {
            entry.post(() -> start(out));
            return new CompletableFuture<>();
        } catch (IllegalStateException ending) {
            leave();
            return CompletableFuture.completedFuture(null);
        }
    }

    private void start(OutputStream out) {
        try {
            nursery.startSoon("viewer", () -> view(out));
            synchronized (lock) {
                if (ticking) return;
                ticking = true;
            }
            nursery.startSoon("ticks", this::tick);
        } catch (IllegalStateException ending) {
            leave();
        }
    }

    private void tick() {
        while (true) {
            Tick next;
            synchronized (lock) {
                ticking = viewers > 0;
                if (!ticking) {
                    recent.clear();
                    return;
                }
                number++;
            }
            LiveTick now = Objects.requireNonNull(source.get(), "no ticks").get();
            recent.add(now);
            next = new Tick(number, bytes(Json.line(now)));
            ticks.send(next);
            Checkpoints.sleep(BETWEEN);
        }
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void view(OutputStream out) {
        try (ReceiveChannel<Tick> reader = ticks.subscribe()) {
            long last = 0;
            for (Tick tick : reader) {
                if (last != 0 && tick.number != last + 1) {
                    out.write(bytes("{\"gap\":" + (tick.number - last - 1) + "}"));
                }
                last = tick.number;
                out.write(tick.line);
                out.flush();
            }
        } catch (IOException e) {
            Checkpoints.checkpoint(); // the viewer has left, or the service ends
        } finally {
            leave();
        }
    }

    private void leave() {
        synchronized (lock) {
            viewers--;
        }
    }

    /// Takes no more viewers.
    @Override
    public void close() {
        entry.close();
    }
}
