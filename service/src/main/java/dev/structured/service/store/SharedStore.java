package dev.structured.service.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The data that replicas of the service share: the counts of requests, and kept answers.
///
/// No method throws because the store is down: the caller then uses its own data. A method that returns data
/// of the store waits for at most the store's time limit. **Thread-safe.**
public interface SharedStore extends AutoCloseable {
    /// Stands for a number that the store did not return.
    long UNKNOWN = -1;

    /// Takes one request from a bucket, in one step for all replicas: adds `oneNanos` to its used part, if
    /// the sum is at most `wholeNanos`. The used part shrinks with time. Must be called in a task. Blocks.
    /// **Checkpoint.**
    ///
    /// @param bucket its name, which contains no value of a client
    /// @param wholeNanos the size of the bucket, in nanoseconds
    /// @param oneNanos the part that one request takes, in nanoseconds
    /// @return the used part, including this request; more than `wholeNanos` if it was not taken, [#UNKNOWN]
    ///     if the store did not answer
    long take(String bucket, long wholeNanos, long oneNanos);

    /// Returns a value; null if there is none, or the store did not answer. Must be called in a task. Blocks.
    /// **Checkpoint.**
    ///
    /// @param key its name, which contains no value of a client
    byte @Nullable [] get(String key);

    /// Keeps a value soon, if the store can be reached. Does not block.
    ///
    /// @param timeToLive the time after which the store removes it
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
