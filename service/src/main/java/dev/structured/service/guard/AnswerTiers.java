package dev.structured.service.guard;

import org.jspecify.annotations.Nullable;

/// The kept answers of one downstream: the service's own, and behind them those that replicas share.
///
/// @param own all that is looked up without waiting
/// @param shared null for none
record AnswerTiers(KeptAnswers own, @Nullable SharedAnswers shared) {

    long now() {
        return own.now();
    }

    /// Returns the service's own answer to a call, fresh or not; null if it has none. Does not block.
    @Nullable
    KeptAnswer find(CallKey key) {
        return own.find(key);
    }

    /// Returns the answer that is fresh the longest, of the service's own and the shared one, which is its
    /// own from then on; null for none. Blocks if answers are shared. **Checkpoint** then.
    ///
    /// @param known the service's own; null for none
    @Nullable
    KeptAnswer newest(CallKey key, @Nullable KeptAnswer known) {
        if (shared == null) return known;
        KeptAnswer other = shared.find(key, own.now());
        if (other == null || other.keptUntil() - own.now() <= 0) return known;
        if (known != null && other.freshUntil() - known.freshUntil() <= 0) return known;
        own.put(key, other);
        return other;
    }

    /// Keeps the answer to a call in place of the one before.
    void put(CallKey key, KeptAnswer answer) {
        own.put(key, answer);
        if (shared != null) shared.put(key, answer, own.now());
    }

    /// Replaces an answer, unless another one has come meanwhile.
    ///
    /// @param next null to remove it
    void replace(CallKey key, KeptAnswer before, @Nullable KeptAnswer next) {
        boolean replaced = own.replace(key, before, next);
        if (shared == null || !replaced) return;
        if (next == null) shared.forget(key);
        else
            shared.put(key, next, own.now());
    }

    /// Removes the kept answer to a call.
    void forget(CallKey key) {
        own.forget(key);
        if (shared != null) shared.forget(key);
    }
}
