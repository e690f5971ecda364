package dev.structured.service.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What replicas of the service share: how many requests have come, and kept answers.
///
/// No method throws because the store is gone: the caller then does with what it has itself. A method that
/// asks waits for at most the store's time limit. **Thread-safe.**
public interface SharedStore extends AutoCloseable {
    /// Stands for a number that the store did not tell.
    long UNKNOWN = -1;

    /// Takes one request from a bucket, in one step for all replicas: adds `oneNanos` to what is used
    /// of it, if that is at most `wholeNanos` then. What is used shrinks with time. Must be called in a
    /// task. Blocks. **Checkpoint.**
    ///
    /// @param bucket names it; holds no client's value
    /// @param wholeNanos the size of the bucket, in nanoseconds
    /// @param oneNanos what one request takes, in nanoseconds
    /// @return what is used, this request included; more than `wholeNanos` if it was not taken, [#UNKNOWN] if
    ///     the store did not answer
    long take(String bucket, long wholeNanos, long oneNanos);

    /// Returns a value; null if there is none, or the store did not answer. Must be called in a task. Blocks.
    /// **Checkpoint.**
    ///
    /// @param key names it; holds no client's value
    byte @Nullable [] get(String key);

    /// Keeps a value soon, if the store can be reached. Does not block.
    ///
    /// @param timeToLive after that the store removes it
    void put(String key, byte[] value, Duration timeToLive);

    /// Removes a value soon, if the store can be reached. Does not block.
    void remove(String key);

    /// Returns the time of day by which values are dated, in milliseconds since 1970.
    long wallMillis();

    /// Returns true while the store answers.
    boolean isUp();

    /// Ends the connection. Blocks for a few seconds at most. A second call does nothing.
    @Override
    void close();
}
