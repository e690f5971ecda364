package dev.structured.core;

/// Something that happens once, and that a task can wait for together with other things: the end of a [Task],
/// an event.
/// **Thread-safe.**
public interface Completion {
    /// Returns true once it has happened.
    boolean isDone();

    /// Has the hook run when it has happened: on the thread that makes it happen, or at once on the calling
    /// thread if it has happened already.
    ///
    /// @param hook must be quick and must not block; it may be run by a thread that adds another one when it
    ///     has happened. Its exceptions go to [Instrument#errorDropped]
    void addHook(Runnable hook);

    /// Undoes one [#addHook] of an equal hook; does nothing if there is none. A hook that is about to run may
    /// still do so.
    void removeHook(Runnable hook);
}
