package dev.structured.service.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A store in memory, for specs. It behaves like a store that only one replica uses. Thread-safe.
public final class MemoryStore implements SharedStore {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Value(byte[] bytes, long until) {}

    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    /// The times at which buckets are empty again. Both guarded by the lock.
    private final Map<String, Long> buckets = new HashMap<>();
    private final Map<String, Value> values = new HashMap<>();

    /// @param nanoTime the time, in nanoseconds; only differences count
    public MemoryStore(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public long take(String bucket, long wholeNanos, long oneNanos) {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            long used = Math.max(buckets.getOrDefault(bucket, now) - now, 0) + oneNanos;
            if (used <= wholeNanos) buckets.put(bucket, now + used);
            return used;
        }
    }

    @Override
    public byte @Nullable [] get(String key) {
        synchronized (lock) {
            Value value = values.get(key);
            if (value == null) return null;
            if (value.until - nanoTime.getAsLong() > 0) return value.bytes.clone();
            values.remove(key);
            return null;
        }
    }

    @Override
    public void put(String key, byte[] value, Duration timeToLive) {
        synchronized (lock) {
            values.put(key, new Value(value.clone(), nanoTime.getAsLong() + timeToLive.toNanos()));
        }
    }

    @Override
    public void remove(String key) {
        synchronized (lock) {
            values.remove(key);
        }
    }

    @Override
    public long wallMillis() {
        return nanoTime.getAsLong() / 1_000_000;
    }

    @Override
    public boolean isUp() {
        return true;
    }

    @Override
    public void close() {
        // There is nothing to end.
    }
}
