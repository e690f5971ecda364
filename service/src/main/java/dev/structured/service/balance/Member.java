package dev.structured.service.balance;

import dev.structured.service.client.OpenedDownstream;

/// An endpoint as one configuration calls it.
final class Member {
    final Endpoint endpoint;
    final OpenedDownstream opened;
    /// The calls that use it. Guarded by the lock of [Members].
    int users;
    /// Whether it has been taken away: the last call closes it. Guarded by the lock of [Members].
    boolean gone;

    Member(Endpoint endpoint, OpenedDownstream opened) {
        this.endpoint = endpoint;
        this.opened = opened;
    }

    @Override
    public String toString() {
        return endpoint.address.toString();
    }
}
