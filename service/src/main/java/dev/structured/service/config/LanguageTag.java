package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.IllformedLocaleException;
import java.util.Locale;

/// The name of a language (RFC 5646), such as `de`. For [Key#type()][dev.structured.service.yaml.Key],
/// where the component is a `String`.
final class LanguageTag {
    /// The type of such names.
    public static final ScalarType<String> TYPE = ScalarType
            .text("[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", LanguageTag::parse)
            .withPrinter(text -> text);

    private LanguageTag() {}

    private static String parse(String text) throws InvalidValueException {
        try {
            String tag = new Locale.Builder().setLanguageTag(text).build().toLanguageTag();
            if (tag.equalsIgnoreCase(text) && text.length() > 1) return tag;
        } catch (IllformedLocaleException e) {
            // Falls through: the same rule is broken.
        }
        throw new InvalidValueException(
                "must name a language, such as de, en or pt-BR; it is '" + text + "'");
    }
}
