package dev.structured.core;

import java.io.Serial;

/// A cancellation on its way out of the code it stops.
///
/// Thrown by checkpoints while a scope around them is cancelled, and absorbed by the outermost such scope. Do
/// not catch it: use `finally`, and a shielded scope for cleanup that has to block. Catching it does not undo
/// the cancellation; the next checkpoint throws again.
///
/// It is an [Error] so that `catch (Exception e)` lets it pass, and it belongs to no scope: the scope that
/// absorbs it is decided by the scopes' state when it reaches them. Without a stack trace, unless the system
/// property `dev.structured.debug` is true.
public final class Cancelled extends Error {
    @Serial
    private static final long serialVersionUID = 1;

    private static final boolean STACKS = Boolean.getBoolean("dev.structured.debug");

    /// Why the scope nearest to the checkpoint was cancelled.
    private final CancelReason reason;
    private boolean errorsTaken;

    Cancelled(CancelReason reason) {
        super(null, null, true, STACKS);
        this.reason = reason;
    }

    /// Returns the name of the cancelled scope and the reason. Made on each call: it is seldom asked for, and
    /// a scope may have thousands of tasks.
    @Override
    public String getMessage() {
        return "Scope '" + reason.scope() + "' is cancelled: " + reason;
    }

    /// Returns true the first time: the caller then reports what this has suppressed.
    synchronized boolean claimErrors() {
        boolean first = !errorsTaken;
        errorsTaken = true;
        return first;
    }

    /// Returns the reason why the code that threw it was cancelled.
    public CancelReason reason() {
        return reason;
    }
}
