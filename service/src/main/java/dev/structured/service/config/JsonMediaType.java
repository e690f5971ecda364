package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.Locale;
import java.util.regex.Pattern;

/// A media type of JSON: `application/json`, or one whose name ends in `+json` (RFC 6839, 3.1).
///
/// @param text in lower case, without parameters
public record JsonMediaType(String text) {
    /// The media type of JSON in general.
    public static final JsonMediaType JSON = new JsonMediaType("application/json");

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.-]{0,63}";
    private static final Pattern WRITTEN = Pattern
            .compile("application/json|" + NAME + "/" + NAME + "\\+json");

    /// How media types of JSON are written.
    public static final ScalarType<JsonMediaType> TYPE = ScalarType
            .text(WRITTEN.pattern(), JsonMediaType::parse)
            .withPlaceholder(JSON)
            .withPrinter(JsonMediaType::text);

    /// Returns true if a media type says that its content is JSON.
    ///
    /// @param name type and subtype, in lower case
    public static boolean isJson(String name) {
        return WRITTEN.matcher(name).matches();
    }

    private static JsonMediaType parse(String text) throws InvalidValueException {
        String name = text.toLowerCase(Locale.ROOT);
        if (isJson(name)) return new JsonMediaType(name);
        throw new InvalidValueException(
                "must be application/json or a media type that ends in +json, such as application/hal+json; "
                        + "it is '" + text + "'");
    }
}
