package dev.structured.core.interop;

/// The fate of work on a [worker thread][Blocking] when the task that waits for it is cancelled. In no
/// case is work begun by a task that is cancelled already.
public enum OnCancel {
    /// The task waits for the end of the work, and gets its value or error; the cancellation shows at the
    /// task's next checkpoint. The work can find out by [Blocking#throwIfCancelled()]. For whatever must not
    /// be cut off, and the only honest choice for code that can be stopped by nothing.
    WAIT,

    /// The worker thread is interrupted, once, and the task waits for the end of the work. If the work gives
    /// up because of that, the task is cancelled; if it returns a value all the same, or fails for another
    /// reason, that is what the task gets. For code that heeds interrupts.
    INTERRUPT,

    /// The task leaves at once. The thread goes on with nobody waiting for it, and keeps its permit; what it
    /// returns is dropped. It is [counted][Workers.Statistics], and its error is logged. Only for work that
    /// may as well not have been done, and whose value needs no closing.
    ABANDON
}
