package dev.structured.service.aggregate;

/// The memory that a request may use for the answers to its calls. What is taken and not given back is free
/// again when the request has ended. Thread-safe.
public interface AnswerMemory {
    /// Memory without a limit, for calls that are made for no request.
    AnswerMemory UNLIMITED = new AnswerMemory() {
        @Override
        public boolean take(long bytes) {
            return true;
        }

        @Override
        public void giveBack(long bytes) {
            // Nothing was counted.
        }
    };

    /// Takes memory; returns false if there is not so much left. Does not block.
    boolean take(long bytes);

    /// Gives back memory that was taken.
    void giveBack(long bytes);
}
