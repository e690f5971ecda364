package dev.structured.service.ops;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The meters of one metric, by the values of their labels. Thread-safe.
///
/// A meter is registered when its key is first asked for, by the first thread that asks; the others of that
/// time wait, and go on all at once. A lock, such as that of
/// [ConcurrentHashMap#computeIfAbsent(Object, Function)], would pass from one to the next. On a busy machine
/// each of them first waits for a processor, so that hundreds of tasks wait for seconds.
///
/// @param <K> the values of the labels
/// @param <M> the type of the meters
final class MeterTable<K, M> {
    private final Map<K, M> meters = new ConcurrentHashMap<>();
    /// The meters that are being registered.
    private final Map<K, CompletableFuture<M>> begun = new ConcurrentHashMap<>();
    private final Function<K, M> register;

    /// @param register registers the meter of a key; called once for each key, unless it throws
    MeterTable(Function<K, M> register) {
        this.register = register;
    }

    /// Returns the meter of a key. Blocks while another thread registers it, interrupted or not.
    M of(K key) {
        M known = meters.get(key);
        return known != null ? known : registered(key);
    }

    private M registered(K key) {
        CompletableFuture<M> own = new CompletableFuture<>();
        CompletableFuture<M> other = begun.putIfAbsent(key, own);
        if (other != null) return other.join();
        try {
            M known = meters.get(key);
            M meter = known != null ? known : register.apply(key);
            meters.put(key, meter);
            own.complete(meter);
            return meter;
        } catch (Throwable thrown) {
            own.completeExceptionally(thrown);
            throw thrown;
        } finally {
            begun.remove(key);
        }
    }

    /// Returns the meters of all keys that were asked for.
    Collection<M> all() {
        return meters.values();
    }
}
