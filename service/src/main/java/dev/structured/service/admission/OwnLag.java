package dev.structured.service.admission;

/// How late the service's own tasks run now. **Thread-safe.**
@FunctionalInterface
public interface OwnLag {
    /// No lag.
    OwnLag ZERO = _ -> 0;

    /// Returns by how much tasks that are ready run late, in nanoseconds.
    ///
    /// @param time the time, in nanoseconds
    long nanos(long time);
}
