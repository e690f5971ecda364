package dev.structured.core;

/// A request to a scope that what runs in it come to its end: first asked, and cancelled when the grace is over.
///
/// That it exists is the first phase: [Checkpoints#isStopRequested()] is true inside the scope, and idle scopes in it
/// are cancelled. The second is its time as an alarm.
final class SoftStop extends ScopeAlarm {
    /// In nanoseconds, when the request came before the scope was entered. Guarded; not changed after the entry.
    private long grace = Nanos.NEVER;

    SoftStop(CancelScope scope) {
        super(scope, 0);
    }

    /// Holding the scope's lock, before its entry.
    void afterEntry(long nanos) {
        grace = Math.min(grace, nanos);
    }

    @Override
    void entered(long now) {
        super.entered(now);
        at(Nanos.after(now, grace));
    }

    /// The grace ends at `nanos`, or earlier if that was asked for before. Holding the scope's lock, after its entry.
    void noLaterThan(long nanos) {
        at(Math.min(at(), nanos));
    }

    /// Cancels every idle scope that sees the request. It is visible by now: a scope that is entered later looks.
    static void cancelIdle(CancelScope stopping) {
        CancelTree.walkInside(stopping, IDLE);
    }

    private static final CancelTree.Visitor IDLE = new CancelTree.Visitor() {
        @Override
        public void task(Task<?> task) {}

        @Override
        public void scope(CancelScope scope) {
            scope.cancelIfIdleAndStopping();
        }
    };
}
