package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;
import java.util.regex.Pattern;

/// The name of a cookie (RFC 6265bis, 4.1.1), in which case matters. For [Key#type()].
public final class CookieName {
    private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

    /// The type of names of cookies.
    public static final ScalarType<String> TYPE = ScalarType.text(WRITTEN.pattern(), CookieName::parse)
            .withPlaceholder("unknown");

    private CookieName() {}

    private static String parse(String text) throws InvalidValueException {
        if (WRITTEN.matcher(text).matches()) return text;
        throw new InvalidValueException(
                "must be the name of a cookie, at most 128 characters; it is '" + text + "'");
    }
}
