package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// An error answer in the form of RFC 9457 (`application/problem+json`).
///
/// The type is `about:blank` if the HTTP status says everything. Kinds that clients may want to tell apart
/// have a `urn:structured:problem:` name that never changes. A problem repeats nothing of the request and
/// names no host.
///
/// @param type a URI that names the kind of problem
/// @param title the kind of problem in words, the same every time
/// @param status the HTTP status
/// @param detail what happened this time, and what to do about it
/// @param extensions further members, in order; strings and whole numbers
public record ProblemDetails(String type, String title, int status, String detail,
        Map<String, Object> extensions) {
    /// The media type.
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String BLANK = "about:blank";
    private static final String PREFIX = "urn:structured:problem:";

    /// Returns a problem that its status describes.
    ///
    /// @param title the reason phrase of the status
    public static ProblemDetails ofStatus(int status, String title, String detail) {
        return new ProblemDetails(BLANK, title, status, detail, Map.of());
    }

    /// Returns a problem with a type of its own.
    ///
    /// @param name the last piece of its type
    public static ProblemDetails named(String name, String title, int status, String detail) {
        return new ProblemDetails(PREFIX + name, title, status, detail, Map.of());
    }

    /// Returns this problem with one more member.
    public ProblemDetails with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extensions);
        more.put(name, value);
        return new ProblemDetails(type, title, status, detail, more);
    }

    /// Returns the answer with this problem as its body.
    ///
    /// @param requestId becomes the `instance`
    public Answer answer(String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", type).put("title", title).put("status", status).put("detail", detail);
        body.put("instance", "urn:structured:request:" + requestId);
        extensions.forEach(body::putPOJO);
        return new Answer(status, MEDIA_TYPE, Map.of("Cache-Control", "no-store"), body);
    }
}
