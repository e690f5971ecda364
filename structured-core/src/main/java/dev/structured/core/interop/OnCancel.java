package dev.structured.core.interop;

/// Says what happens to work on a [worker thread][Blocking] when the task that waits for it is cancelled. A
/// task that is cancelled already begins no work in any case.
public enum OnCancel {
    /// The task waits for the end of the work, and gets its value or error; the cancellation shows at the
    /// task's next checkpoint. The work can check for it by [Blocking#throwIfCancelled()]. For work that must
    /// not be cut off, and the only honest choice for code that cannot be stopped.
    WAIT,

    /// The worker thread is interrupted, once, and the task waits for the end of the work. If the work ends
    /// because of the interrupt, the task ends as cancelled. If it returns a value all the same, or fails for
    /// another reason, the task gets that. For code that reacts to interrupts.
    INTERRUPT,

    /// The task leaves at once. The thread goes on although no task waits for it, and keeps its permit; its
    /// value is dropped. It is [counted][Workers.Statistics], and its error is logged. Only for work whose
    /// effect does not matter, and whose value needs no closing.
    ABANDON
}
