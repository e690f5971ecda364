package dev.structured.service.edge;

import dev.structured.service.aggregate.PartFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outcome of a request in the words of the log and the metrics. The status alone does not tell it.
///
/// @param outcome the outcome in one word: `complete`, `partial`, `failed`, `client_gone`, `client_slow`,
///     `cancelled`, `draining`, `overloaded`, `shutdown`, `bug`, `refused`
/// @param errorType a metric label from a small fixed set; null if the service did not fail
/// @param parts the parts that are missing from the page, with their reasons
public record Verdict(String outcome, @Nullable String errorType, List<PartFailure> parts) {
    /// The verdict until one is decided, and of requests that the server itself answered.
    public static final Verdict UNKNOWN = new Verdict("refused", null, List.of());

    public static final Verdict COMPLETE = new Verdict("complete", null, List.of());
    public static final Verdict CLIENT_GONE = new Verdict("client_gone", "cancelled", List.of());
    public static final Verdict CLIENT_SLOW = new Verdict("client_slow", "client_too_slow", List.of());
    public static final Verdict CANCELLED = new Verdict("cancelled", "cancelled", List.of());
    public static final Verdict DRAINING = new Verdict("draining", "draining", List.of());
    public static final Verdict UNSENT = new Verdict("refused", "unsent_limit", List.of());
    public static final Verdict OVERLOADED = new Verdict("overloaded", "overloaded", List.of());
    public static final Verdict SHUTDOWN = new Verdict("shutdown", "shutdown", List.of());
    public static final Verdict BUG = new Verdict("bug", "internal", List.of());

    /// Returns the verdict on a page without its optional parts `missing`.
    public static Verdict partial(List<PartFailure> missing) {
        return new Verdict("partial", null, missing);
    }

    /// Returns the verdict on a page that failed because of a required part.
    ///
    /// @param status the status that the client gets
    public static Verdict failed(PartFailure failure, int status) {
        String errorType = status >= 500 ? failure.type().label() : null;
        return new Verdict("failed", errorType, List.of(failure));
    }

    /// Returns each missing part and its reason, as `name:reason`, in the order of the route.
    public List<String> missing() {
        return parts.stream().map(part -> part.part() + ":" + part.type().label()).toList();
    }
}
