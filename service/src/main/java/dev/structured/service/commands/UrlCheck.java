package dev.structured.service.commands;

import dev.structured.service.edge.ProblemDetails;
import org.jspecify.annotations.Nullable;

/// Refuses the paths of specs that the public listener would refuse.
@FunctionalInterface
public interface UrlCheck {
    /// Returns the problem that the listener would answer; null if it would read the path.
    ///
    /// @param path encoded, without the query
    @Nullable
    ProblemDetails refusal(String path);
}
