package dev.structured.service.server;

import dev.structured.service.config.TransferConfig;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// Drops the clients of a listener that send their requests or read their answers too slowly.
///
/// Jetty has only idle timeouts, which every byte restarts. This class checks all connections and transfers a
/// few times a second, on Jetty's timer thread, by a clock that leaves out the time in which the service
/// itself stood still.
final class SlowClients extends AbstractLifeCycle {
    private static final int LOOKS_PER_LIMIT = 8;
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
    private static final Duration LONGEST_PERIOD = Duration.ofMillis(250);

    /// A connection that has been idle for so long may be closed to make room for others.
    private static final long CROWDED_OUT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientConnector connector;
    private final TransferConfig limits;
    private final ConnectionObserver observer;
    private final BooleanSupplier shortOfMemory;
    private final Duration period;
    private final ServiceTime time;
    private final Set<Transfer> transfers = ConcurrentHashMap.newKeySet();
    private volatile Scheduler.@Nullable Task next;

    SlowClients(ClientConnector connector, ListenerRules rules) {
        this.connector = connector;
        this.limits = rules.transfer();
        this.observer = rules.observer();
        this.shortOfMemory = rules.shortOfMemory();
        Duration shortest = Stream.of(limits.headTimeout(), limits.bodyTimeout(), limits.answerTimeout(),
                limits.rateWindow()).sorted().findFirst().orElseThrow().dividedBy(LOOKS_PER_LIMIT);
        this.period = Stream.of(SHORTEST_PERIOD, LONGEST_PERIOD, shortest).sorted().toList().get(1);
        this.time = new ServiceTime(rules.nanoTime(), 2 * period.toNanos());
    }

    /// Returns the object of the listener of a request.
    static SlowClients of(Request request) {
        return ((ClientConnector) request.getConnectionMetaData().getConnector()).slowClients();
    }

    /// Returns the time by which clients are judged.
    ServiceTime time() {
        return time;
    }

    /// Returns the limits by which clients are judged.
    TransferConfig limits() {
        return limits;
    }

    /// Begins to check a transfer.
    void watch(Transfer transfer) {
        transfers.add(transfer);
    }

    /// Stops checking a transfer.
    void forget(Transfer transfer) {
        transfers.remove(transfer);
    }

    /// Returns the number of transfers that are checked.
    int watched() {
        return transfers.size();
    }

    /// Notifies the observer of a client that was dropped.
    void dropped(ConnectionObserver.Drop reason) {
        observer.dropped(reason);
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        Scheduler.Task last = next;
        if (last != null) last.cancel();
    }

    private void schedule() {
        next = connector.getScheduler().schedule(this::look, period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Drops the slowest quarter of the clients that have been reading a large answer for a second or more.
    private void crowdOutReaders(long now) {
        List<SentPiece> readers = transfers.stream()
                .filter(each -> each instanceof SentPiece)
                .map(SentPiece.class::cast)
                .filter(each -> each.isLarge() && each.age(now) >= CROWDED_OUT_NANOS)
                .sorted(Comparator.comparingDouble(each -> each.rate(now)))
                .toList();
        readers.stream().limit((readers.size() + 3) / 4).filter(transfers::remove).forEach(SentPiece::drop);
    }

    /// Closes the connections that have been idle for the longest.
    private void crowdOut(int count, long now) {
        if (count == 0) return;
        connector.getConnectedEndPoints().stream()
                .filter(each -> each instanceof ClientEndPoint)
                .map(ClientEndPoint.class::cast)
                .filter(each -> each.idleNanos(now) >= CROWDED_OUT_NANOS)
                .sorted(Comparator.comparingLong(each -> -each.idleNanos(now)))
                .filter(each -> !each.hasUnread())
                .limit(count)
                .forEach(idle -> {
                    dropped(ConnectionObserver.Drop.CROWDED_OUT);
                    idle.close();
                });
    }

    private void look() {
        try {
            time.tick();
            long now = time.now();
            for (EndPoint each : connector.getConnectedEndPoints()) {
                if (each instanceof ClientEndPoint client && client.isHeadLate(now, limits.headTimeout())
                        && client.dropSlowHead(now)) {
                    dropped(ConnectionObserver.Drop.SLOW_HEAD);
                }
            }
            List<Transfer> slow = transfers.stream().filter(each -> each.isTooSlow(now)).toList();
            // A connection that has ended in the meantime is no longer among them.
            slow.stream().filter(transfers::remove).forEach(Transfer::drop);
            if (shortOfMemory.getAsBoolean()) crowdOutReaders(now);
            crowdOut(connector.connections().toCrowdOut(), now);
            connector.refillReserve();
        } finally {
            if (isRunning()) schedule();
        }
    }
}
