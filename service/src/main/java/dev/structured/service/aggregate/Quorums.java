package dev.structured.service.aggregate;

import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.config.QuorumConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Counts the parts of each quorum of one request that are present. Thread-safe.
final class Quorums {
    /// The effect of one more part on a quorum.
    enum Verdict {
        /// The quorum is not decided yet, or was decided by an earlier part.
        OPEN,
        /// The quorum is met with this part.
        REACHED,
        /// The quorum can no longer be met, because of this part.
        MISSED
    }

    private static final class Count {
        int present;
        int missing;
    }

    private final Map<String, Count> counts = new HashMap<>();

    /// Counts a part. A part that is replaced by a fixed value counts as missing.
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

    /// Returns the number of parts of a quorum that are present.
    synchronized int present(QuorumConfig quorum) {
        Count count = counts.get(quorum.name());
        return count == null ? 0 : count.present;
    }
}
