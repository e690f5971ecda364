package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.structured.service.yaml.Key;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The consequences of a failed call for the page.
///
/// @param onFailure null if the part's `required` decides
/// @param fallback the value that replaces the part's; not null with [OnFailure#FALLBACK], and null with any
///     other
/// @param statuses the client's status for a status of the downstream
/// @param passProblem whether the client gets the problem with which the downstream answers; null for what
///     the route says
public record FailureConfig(
        @Key(says = "The replacement for a part that failed.") @Nullable OnFailure onFailure,
        @Key(type = FixedJson.class, says = "The value that replaces the part's, with 'onFailure: fallback'.") @Nullable JsonNode fallback,
        @Key(min = "400", max = "599", each = "status", names = StatusCode.class, says = "For a required part: the client's status for a status of the downstream, such "
                + "as 409: 409.") Map<Integer, Integer> statuses,
        @Key(says = "For a required part: whether the client gets the problem (application/problem+json) with which "
                + "the downstream answers in place of the part; as the route says unless it is there.") //
        @Nullable Boolean passProblem) {

    /// The default: no keys.
    public static final FailureConfig UNSAID = new FailureConfig(null, null, Map.of(), null);

    /// The replacements for a part that failed.
    public enum OnFailure {
        /// Nothing: there is no page.
        FAIL,
        /// Nothing: the page comes without the field.
        OMIT,
        /// null.
        NULL,
        /// A fixed value.
        FALLBACK,
        /// The last good answer, if there is one that is not too old; otherwise null, or no page if the part
        /// is required.
        STALE
    }

    public FailureConfig {
        if (onFailure != OnFailure.FALLBACK) {
            fallback = null;
        } else if (fallback == null) {
            fallback = NullNode.getInstance();
        }
        statuses = Map.copyOf(statuses);
    }
}
