package dev.structured.service.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/// Keeps what a listener tells of its connections.
public final class RecordedConnections implements ConnectionObserver {
    /// Why clients were dropped, in order.
    public final List<Drop> dropped = new CopyOnWriteArrayList<>();
    /// The limits that were reached, in order.
    public final List<Limit> limited = new CopyOnWriteArrayList<>();
    private volatile IntSupplier count = () -> 0;

    /// Returns how many connections are open.
    public int open() {
        return count.getAsInt();
    }

    @Override
    public void opened(IntSupplier openNow) {
        count = openNow;
    }

    @Override
    public void limited(Limit limit) {
        limited.add(limit);
    }

    @Override
    public void dropped(Drop reason) {
        dropped.add(reason);
    }
}
