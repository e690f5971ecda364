package dev.structured.service.admission;

/// A limit of the pages in flight that follows the load. **Thread-safe.**
public interface LoadLimit {
    /// No limit: there is not too much to do.
    int NONE = Integer.MAX_VALUE;

    /// Returns the limit, at least 1; [#NONE] for none.
    int now();

    /// Returns the number of pages in flight up to which it is known that there is not too much to do;
    /// [#NONE] if that does not matter. It is no limit: pages beyond it only wait until more is known.
    default int tried() {
        return NONE;
    }

    /// Called when a page has waited in vain for a place among those that were tried.
    ///
    /// @param time the time, in nanoseconds
    default void waitedInVain(long time) {}

    /// Called for each page that asks for a place.
    ///
    /// @param time the time, in nanoseconds
    /// @param inFlight the pages in flight
    /// @param timeLeft the time that the page may still take, in nanoseconds
    default void asked(long time, int inFlight, long timeLeft) {}

    /// Returns the time that a page usually holds its place, in nanoseconds; 0 if that is not known.
    default long usualNanos() {
        return 0;
    }
}
