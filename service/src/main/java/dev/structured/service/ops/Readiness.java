package dev.structured.service.ops;

import dev.structured.service.config.Labelled;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether the service accepts requests, as `/readyz` reports it.
///
/// ```
///   STARTING ── ready() ──▶ READY ── draining() ──▶ DRAINING
///       │                                              ▲
///       └───────────────── draining() ─────────────────┘
/// ```
///
/// There is no way back: a service that drains ends. A downstream that is down does not affect readiness,
/// because another instance of the service would call the same downstream. Thread-safe.
public final class Readiness {

    /// The states of the service's life.
    public enum State implements Labelled {
        /// The service does not listen yet, or is warming up.
        STARTING,
        /// The service listens and accepts requests.
        READY,
        /// The service is ending: it still answers, but should get no new requests.
        DRAINING
    }

    private volatile @Nullable BooleanSupplier store;
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);

    /// Changes `STARTING` to `READY`. Does nothing once the service drains.
    public void ready() {
        state.compareAndSet(State.STARTING, State.READY);
    }

    /// Changes the state to `DRAINING`.
    public void draining() {
        state.set(State.DRAINING);
    }

    /// Shows from now on whether the shared store answers. It does not affect readiness, because the service
    /// goes on without.
    public void showStore(BooleanSupplier up) {
        store = up;
    }

    /// Returns whether the shared store answers; null without one.
    @Nullable
    Boolean isStoreUp() {
        BooleanSupplier up = store;
        return up == null ? null : up.getAsBoolean();
    }

    /// Returns the current state.
    public State state() {
        return state.get();
    }
}
