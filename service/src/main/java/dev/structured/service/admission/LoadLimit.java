package dev.structured.service.admission;

/// A limit of the pages in progress that follows the load. **Thread-safe.**
public interface LoadLimit {
    /// There is no limit: nothing says that there is too much to do.
    int NONE = Integer.MAX_VALUE;

    /// Returns the limit, at least 1; [#NONE] for none.
    int now();

    /// Called for each page that wants to be begun.
    ///
    /// @param time the time, in nanoseconds
    /// @param inProgress the pages in progress
    default void asked(long time, int inProgress) {}

    /// Returns how long a page usually holds what is limited, in nanoseconds; 0 if that is not known.
    default long usualNanos() {
        return 0;
    }
}
