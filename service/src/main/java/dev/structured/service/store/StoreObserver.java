package dev.structured.service.store;

/// Observes the calls to the shared store. Called on any thread; must neither block nor throw.
public interface StoreObserver {
    /// Ignores all calls.
    StoreObserver NONE = new StoreObserver() {
    };

    /// A kind of call to the store. Its label is its name in lower case.
    enum Operation {
        /// A request is counted.
        TAKE,
        /// A kept answer is looked up.
        GET,
        /// An answer is kept.
        PUT,
        /// A kept answer is removed.
        REMOVE
    }

    /// The result of a call. Its label is its name in lower case.
    enum Result {
        /// The store executed it.
        OK,
        /// It did not answer in time.
        TIMEOUT,
        /// It refused, or the connection broke.
        FAILED,
        /// It was not asked, since it did not answer before.
        DOWN
    }

    /// A call to the store has ended. For `TAKE`, any result other than `OK` means that this replica decided
    /// alone.
    default void asked(Operation operation, Result result) {}
}
