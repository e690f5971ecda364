package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name of a header, kept in lower case. For [Key#type()] and [Key#names()].
public final class HeaderName {
    private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    /// The type of names of headers.
    public static final ScalarType<String> TYPE = ScalarType.text(WRITTEN.pattern(), HeaderName::parse)
            .withPlaceholder("x-unknown");

    private HeaderName() {}

    /// Returns true if `text` can be the name of a header.
    public static boolean isValid(String text) {
        return WRITTEN.matcher(text).matches();
    }

    private static String parse(String text) throws InvalidValueException {
        if (isValid(text)) return text.toLowerCase(Locale.ROOT);
        throw new InvalidValueException(
                "must be the name of a header, at most 64 characters; it is '" + text + "'");
    }
}
