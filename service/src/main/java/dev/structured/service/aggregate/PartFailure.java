package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.Labelled;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The failure of a part: it is missing from the page, or replaced, or incomplete.
///
/// @param part the part's name
/// @param downstream the downstream's name; null if no downstream is to blame
/// @param type the kind of failure
/// @param status the downstream's HTTP status; null if it did not answer
/// @param detail a sentence for the client, without hosts, ports or stack traces
/// @param instead the replacement for the part in the page
/// @param headers the headers of the downstream's answer that the client's status needs; names in lower case
/// @param problem the members of the downstream's problem that the client gets; null for none
public record PartFailure(String part, @Nullable String downstream, ErrorType type, @Nullable Integer status,
        String detail, Instead instead, Map<String, String> headers, @Nullable ObjectNode problem) {

    /// The replacements for a part that failed.
    public enum Instead implements Labelled {
        /// No field, or null.
        NOTHING,
        /// The fixed value of the configuration.
        FALLBACK,
        /// The last good answer.
        STALE,
        /// The part itself, without the elements that failed.
        REST
    }

    /// Makes the failure of a part that nothing replaces.
    public PartFailure(String part, @Nullable String downstream, ErrorType type, @Nullable Integer status,
            String detail) {
        this(part, downstream, type, status, detail, Instead.NOTHING, Map.of(), null);
    }

    /// Returns the line of the log about the call that failed.
    ///
    /// @param route the route's path template
    /// @param detail a description for the log; may name hosts
    public String line(String route, String detail) {
        return "Part '" + part + "' of " + route + " is missing: downstream '" + downstream + "', "
                + type.label() + ": " + detail;
    }

    /// Returns this failure with a replacement for the part.
    public PartFailure with(Instead standIn) {
        return new PartFailure(part, downstream, type, status, detail, standIn, headers, problem);
    }

    /// Returns this failure with those members of the downstream's problem that the client gets.
    PartFailure with(@Nullable ObjectNode members) {
        return new PartFailure(part, downstream, type, status, detail, instead, headers, members);
    }

    /// Returns this failure with headers for the client.
    PartFailure with(Map<String, String> needed) {
        return needed.isEmpty()
                ? this
                : new PartFailure(part, downstream, type, status, detail, instead, Map.copyOf(needed),
                        problem);
    }
}
