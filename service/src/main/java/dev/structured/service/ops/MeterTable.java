package dev.structured.service.ops;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The meters of one metric, by the values of their labels. Thread-safe.
///
/// A meter is registered when its key is first asked for. Later lookups take no lock, unlike those of
/// [ConcurrentHashMap#computeIfAbsent(Object, Function)] alone, which lock the bin of the key unless the key
/// is the first in it.
///
/// @param <K> the values of the labels
/// @param <M> the type of the meters
final class MeterTable<K, M> {
    private final Map<K, M> meters = new ConcurrentHashMap<>();
    private final Function<K, M> register;

    /// @param register registers the meter of a key; called once for each key
    MeterTable(Function<K, M> register) {
        this.register = register;
    }

    /// Returns the meter of a key.
    M of(K key) {
        M known = meters.get(key);
        return known != null ? known : meters.computeIfAbsent(key, register);
    }

    /// Returns the meters of all keys that were asked for.
    Collection<M> all() {
        return meters.values();
    }
}
