package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.Suggestion;
import java.util.List;
import java.util.regex.Pattern;

/// The name of a problem, or the status of several. For [Key#names()][dev.structured.service.yaml.Key].
public final class ProblemName {
    /// The names of all problems that the service makes. The last ones are those that their status describes.
    public static final List<String> KNOWN = List.of("bad-body", "bad-parameter", "bad-request",
            "call-too-large", "cancelled", "client-gone", "cors", "deadline-exceeded",
            "insufficient-scope", "invalid-token", "issuer-unavailable", "missing-claim", "no-websocket",
            "other-client", "out-of-descriptors",
            "out-of-memory", "overloaded", "page-not-found", "shutting-down", "too-many-requests",
            "too-much-unsent",
            "unknown-client", "upstream-busy", "upstream-error", "upstream-refused", "upstream-unavailable",
            "expectation-failed", "http-version-not-supported", "internal-server-error", "method-not-allowed",
            "misdirected-request", "not-acceptable", "not-found", "not-implemented", "payload-too-large",
            "request-header-fields-too-large", "request-timeout", "unsupported-media-type",
            "upgrade-required",
            "uri-too-long");

    private static final Pattern STATUS = Pattern.compile("[45][0-9]{2}");

    /// The type of such names.
    public static final ScalarType<String> TYPE = ScalarType.characters("[a-z-]+|" + STATUS.pattern(),
            ProblemName::parse);

    private ProblemName() {}

    private static String parse(String text) throws InvalidValueException {
        if (KNOWN.contains(text) || STATUS.matcher(text).matches()) return text;
        throw new InvalidValueException("is none of the service's problems, and no status from 400 to 599"
                + Suggestion.hint(text, KNOWN) + " (problems: " + String.join(", ", KNOWN) + ")");
    }
}
