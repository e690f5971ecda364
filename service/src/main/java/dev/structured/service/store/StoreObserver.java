package dev.structured.service.store;

/// Sees what is asked of the shared store. Called on any thread; must not block and not throw.
public interface StoreObserver {
    /// Sees nothing.
    StoreObserver NONE = new StoreObserver() {
    };

    /// What is asked of a store. Its label is its name in lower case.
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

    /// How that ended. Its label is its name in lower case.
    enum Result {
        /// The store did it.
        OK,
        /// It did not answer in time.
        TIMEOUT,
        /// It refused, or the connection broke.
        FAILED,
        /// It was not asked, since it did not answer before.
        DOWN
    }

    /// Something was asked of the store. Of `TAKE`, any other result than `OK` means that this
    /// replica decided alone.
    default void asked(Operation operation, Result result) {}
}
