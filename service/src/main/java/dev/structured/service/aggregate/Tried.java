package dev.structured.service.aggregate;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The endpoints of a downstream to which the attempts of one call went: a later attempt goes to another one.
/// Thread-safe.
public final class Tried {
    private final Set<Object> endpoints = ConcurrentHashMap.newKeySet(4);

    /// Notes an endpoint.
    public void add(Object endpoint) {
        endpoints.add(endpoint);
    }

    /// Returns true if an attempt went to this endpoint.
    public boolean contains(Object endpoint) {
        return endpoints.contains(endpoint);
    }

    /// Returns true before the first attempt.
    public boolean isEmpty() {
        return endpoints.isEmpty();
    }
}
