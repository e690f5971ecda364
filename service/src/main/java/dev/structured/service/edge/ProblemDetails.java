package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error answer in the form of RFC 9457 (`application/problem+json`).
///
/// The type is `about:blank` if the HTTP status says everything. Kinds that clients may want to distinguish
/// have a `urn:structured:problem:` name that never changes. A problem repeats nothing of the request and
/// names no host.
///
/// @param type a URI that names the kind of problem
/// @param title the kind of problem in words, the same every time
/// @param status the HTTP status
/// @param detail a description of this occurrence, and advice
/// @param extensions further members, in order; strings and whole numbers
/// @param passed the members of a downstream's problem that the client gets in place of these, or beside
///     them; null for none
public record ProblemDetails(String type, String title, int status, String detail,
        Map<String, Object> extensions, @Nullable ObjectNode passed) {
    /// The media type.
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String BLANK = "about:blank";
    private static final String PREFIX = "urn:structured:problem:";

    /// Returns a problem that its status describes.
    ///
    /// @param title the reason phrase of the status
    public static ProblemDetails ofStatus(int status, String title, String detail) {
        return new ProblemDetails(BLANK, title, status, detail, Map.of(), null);
    }

    /// Returns a problem with a type of its own.
    ///
    /// @param name the last piece of its type
    public static ProblemDetails named(String name, String title, int status, String detail) {
        return new ProblemDetails(PREFIX + name, title, status, detail, Map.of(), null);
    }

    /// Returns this problem with one more member.
    public ProblemDetails with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extensions);
        more.put(name, value);
        return new ProblemDetails(type, title, status, detail, more, passed);
    }

    /// Returns this problem with the members of a downstream's.
    ///
    /// @param members null for none
    ProblemDetails with(@Nullable ObjectNode members) {
        return new ProblemDetails(type, title, status, detail, extensions, members);
    }

    /// Returns the name of the kind of problem: the last piece of its type, or if its status describes it,
    /// the words of the status, such as `not-found`.
    String name() {
        return type.startsWith(PREFIX)
                ? type.substring(PREFIX.length())
                : title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
