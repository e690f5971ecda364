package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import dev.structured.service.yaml.Key;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a route answers when its page is there.
///
/// @param status the status of the answer
/// @param location where the client finds what was made, or goes to; null for nowhere
/// @param type the media type of the page as JSON
/// @param etag whether the page has a tag by which a client can ask whether it has changed
/// @param compress whether the page is compressed for a client that accepts it
public record AnswerConfig(
        @Key(preset = "200", min = "200", max = "308", says = "The status: 200, 201, 202, 204, or a redirect (301, 302, 303, 307, 308). 204 and redirects have no "
                + "body.") int status,
        @Key(says = "The header Location of 201, 202 and redirects: a path or an address with variables, or one variable that "
                + "is an address.") @Nullable LocationTemplate location,
        @Key(preset = "application/json", says = "The media type of the page: application/json, or one that ends in "
                + "+json.") JsonMediaType type,
        @Key(preset = "false", says = "Whether complete pages have an ETag over all their parts, and If-None-Match is answered "
                + "304.") boolean etag,
        @Key(preset = "auto", says = "Whether the page is compressed for a client that accepts it: always, never, or unless "
                + "it depends on the client's cookies or authorization (auto).") Compress compress) {

    /// The statuses that a route may answer with.
    public static final List<Integer> STATUSES = List.of(200, 201, 202, 204, 301, 302, 303, 307, 308);

    /// A page as JSON with 200, and nothing else.
    public static final AnswerConfig PAGE = new AnswerConfig(200, null, JsonMediaType.JSON, false,
            Compress.AUTO);

    /// When a page is compressed.
    public enum Compress implements Labelled {
        /// Unless it depends on credentials that browsers send by themselves.
        AUTO,
        /// Whenever the client accepts it.
        ALWAYS,
        /// Never.
        NEVER;

        /// How they are written.
        public static final ChoiceType<Compress> TYPE = ChoiceType.of(Compress.class, Compress::label);
    }

    private static final Set<Integer> LOCATED = Set.of(201, 202, 301, 302, 303, 307, 308);

    /// Returns true if the answer sends the client elsewhere.
    public boolean isRedirect() {
        return status >= 300;
    }

    /// Returns true if the page is the body of the answer.
    public boolean hasBody() {
        return !isRedirect() && status != 204;
    }

    /// Returns true if an answer of this status may have a `Location`.
    public boolean mayHaveLocation() {
        return LOCATED.contains(status);
    }

    /// Returns true if the page may also be sent as its parts arrive, which begins before its outcome is
    /// known.
    public boolean mayBeStreamed() {
        return status == 200;
    }
}
