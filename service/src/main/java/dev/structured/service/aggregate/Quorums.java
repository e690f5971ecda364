package dev.structured.service.aggregate;

import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.config.QuorumConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts what there is of the parts of each quorum of one request.
///
/// Used by all of its parts: each calls under this object's lock.
final class Quorums {
    /// What one more part has decided.
    enum Verdict {
        /// Nothing yet, or nothing new.
        OPEN,
        /// There are enough now: this was the one.
        REACHED,
        /// There cannot be enough any more: this was the one.
        MISSED
    }

    private static final class Count {
        int present;
        int missing;
    }

    private final Map<String, Count> counts = new HashMap<>();

    /// Counts a part in. What a fixed value stands in for is not there.
    synchronized Verdict add(QuorumConfig quorum, PartResult result) {
        Count count = counts.computeIfAbsent(quorum.name(), _ -> new Count());
        if (counts(result)) {
            count.present++;
            return count.present == quorum.need() ? Verdict.REACHED : Verdict.OPEN;
        }
        count.missing++;
        return count.missing == quorum.of().size() - quorum.need() + 1 ? Verdict.MISSED : Verdict.OPEN;
    }

    private static boolean counts(PartResult result) {
        return result instanceof PartResult.Present(_, _, _, _, @Nullable PartFailure failure)
                && (failure == null || failure.instead() != Instead.FALLBACK);
    }

    /// Returns how many parts of a quorum are there.
    synchronized int present(QuorumConfig quorum) {
        Count count = counts.get(quorum.name());
        return count == null ? 0 : count.present;
    }
}
