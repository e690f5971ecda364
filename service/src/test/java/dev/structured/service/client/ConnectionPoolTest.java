package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.DownstreamException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/// Calls that wait for a connection, for their turn to open one, and for one that is given back, and that are
/// interrupted at any moment.
@Timeout(60)
class ConnectionPoolTest {
    private static final int MOST = 6;
    private static final int CALLS = 24;
    private static final int TIMES = 60;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Openings openings = new Openings();
    private final ConnectionPool pool = new ConnectionPool(MOST, CALLS, Duration.ofHours(1), openings,
            turn -> {
                Wire wire = openings.open(turn, 100, CountedWire::new);
                return wire == null ? null : new HttpConnection(wire, 1_000);
            });

    private final class CountedWire extends NoWire {
        private boolean closed;

        CountedWire() {
            open.incrementAndGet();
        }

        @Override
        public boolean isSilent() {
            return !closed;
        }

        @Override
        public void close() {
            if (!closed) open.decrementAndGet();
            closed = true;
        }
    }

    private void call(SplittableRandom random) {
        for (int i = 0; i < TIMES; i++) {
            try {
                HttpConnection connection = pool.take();
                boolean reusable = random.nextInt(4) != 0;
                try {
                    Thread.sleep(Duration.ofNanos(random.nextLong(1_000_000)));
                } finally {
                    pool.giveBack(connection, reusable);
                }
                done.incrementAndGet();
            } catch (InterruptedException _) {
                // The call was cancelled.
            } catch (DownstreamException e) {
                throw new AssertionError(e);
            }
        }
    }

    @RepeatedTest(5)
    void calls_that_are_interrupted_at_any_moment_leave_every_permit_and_connection() throws Exception {
        SplittableRandom random = new SplittableRandom();
        List<Thread> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            SplittableRandom own = random.split();
            calls.add(Thread.ofVirtual().start(() -> call(own)));
        }
        for (Thread each : calls) {
            while (each.isAlive()) {
                calls.get(random.nextInt(CALLS)).interrupt();
                Thread.sleep(Duration.ofNanos(random.nextLong(300_000)));
            }
        }
        assertTrue(done.get() > 0);
        OpenConnections left = pool.count("d", Target.of(EndpointAddress.of(URI.create("http://d"))));
        assertEquals(0, left.active());
        assertEquals(left.idle(), open.get());
        List<HttpConnection> all = new ArrayList<>();
        for (int i = 0; i < MOST; i++) all.add(pool.take());
        all.forEach(each -> pool.giveBack(each, false));
        assertEquals(0, open.get());
    }
}
