package dev.structured.service.edge;

import dev.structured.service.aggregate.PartFailure;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a request came to, in the words of the log and the metrics; its status alone does not tell.
///
/// @param outcome one word: `complete`, `partial`, `failed`, `client_gone`, `client_slow`, `draining`,
///     `shutdown`, `bug`, `refused`
/// @param errorType a metric label from a small fixed set; null where nothing of ours failed
/// @param parts the parts that are not in the page, with why
public record Verdict(String outcome, @Nullable String errorType, List<PartFailure> parts) {
    /// Nobody decided: the server itself answered.
    public static final Verdict UNKNOWN = new Verdict("refused", null, List.of());

    public static final Verdict COMPLETE = new Verdict("complete", null, List.of());
    public static final Verdict CLIENT_GONE = new Verdict("client_gone", "cancelled", List.of());
    public static final Verdict CLIENT_SLOW = new Verdict("client_slow", "client_too_slow", List.of());
    public static final Verdict DRAINING = new Verdict("draining", "draining", List.of());
    public static final Verdict SHUTDOWN = new Verdict("shutdown", "shutdown", List.of());
    public static final Verdict BUG = new Verdict("bug", "internal", List.of());

    /// A page without its optional parts `missing`.
    public static Verdict partial(List<PartFailure> missing) {
        return new Verdict("partial", null, missing);
    }

    /// No page, because a part failed that there must be.
    ///
    /// @param status the client's
    public static Verdict failed(PartFailure failure, int status) {
        String errorType = status >= 500 ? failure.type().label() : null;
        return new Verdict("failed", errorType, List.of(failure));
    }

    /// Returns the missing parts as `name:why,name:why`.
    public String missing() {
        return parts.stream().map(part -> part.part() + ":" + part.type().label())
                .collect(Collectors.joining(","));
    }
}
