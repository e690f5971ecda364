package dev.structured.service.ops;

import java.util.concurrent.atomic.AtomicReference;

/// Whether the service wants requests, as `/readyz` tells it.
///
/// ```
///   STARTING ── ready() ──▶ READY ── draining() ──▶ DRAINING
///       │                                              ▲
///       └───────────────── draining() ─────────────────┘
/// ```
///
/// There is no way back: a service that drains ends. A downstream that is down changes nothing here, because
/// another copy of the service would meet the same downstream. Thread-safe.
public final class Readiness {

    /// Where the service is in its life.
    public enum State {
        /// Not listening yet.
        STARTING,
        /// Listening and willing.
        READY,
        /// Ending: it still answers, but wants no new requests.
        DRAINING
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

    /// Says that the service listens. Changes nothing once it drains.
    public void ready() {
        state.compareAndSet(State.STARTING, State.READY);
    }

    /// Says that the service is ending.
    public void draining() {
        state.set(State.DRAINING);
    }

    /// Returns where the service is in its life.
    public State state() {
        return state.get();
    }
}
