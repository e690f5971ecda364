package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.regex.Pattern;

/// A scope of a token (RFC 6749, 3.3). For [dev.structured.service.yaml.Key#type()].
final class Scope {
    private static final Pattern WRITTEN = Pattern.compile("[!#-\\[\\]-~]{1,200}");

    /// How scopes are written.
    public static final ScalarType<String> TYPE = ScalarType.text(WRITTEN.pattern(), Scope::parse)
            .withPrinter(scope -> scope);

    private Scope() {}

    private static String parse(String text) throws InvalidValueException {
        if (WRITTEN.matcher(text).matches()) return text;
        throw new InvalidValueException(
                "must be one scope, without spaces, quotes or backslashes; it is '" + text + "'");
    }
}
