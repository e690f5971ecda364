package dev.structured.service.balance;

import dev.structured.service.client.OpenedDownstream;

/// An endpoint under one configuration.
final class Member {
    final Endpoint endpoint;
    final OpenedDownstream opened;
    /// The calls that use it. Guarded by the lock of [Members].
    int users;
    /// True once it has been removed: the last call closes it. Guarded by the lock of [Members].
    boolean gone;

    Member(Endpoint endpoint, OpenedDownstream opened) {
        this.endpoint = endpoint;
        this.opened = opened;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
