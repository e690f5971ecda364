package dev.structured.service.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps what a listener tells of its connections.
public final class RecordedConnections implements ConnectionObserver {
    /// Why clients were dropped, in order.
    public final List<Drop> dropped = new CopyOnWriteArrayList<>();

    @Override
    public void dropped(Drop reason) {
        dropped.add(reason);
    }
}
