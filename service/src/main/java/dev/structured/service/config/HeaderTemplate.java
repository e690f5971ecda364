package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;

/// Text with variables for a header. For [Key#type()].
final class HeaderTemplate {
    /// The type.
    public static final ScalarType<TextTemplate> TYPE = ScalarType.text(ScalarType.NOT_BLANK,
            HeaderTemplate::parse);

    private HeaderTemplate() {}

    private static TextTemplate parse(String text) throws InvalidValueException {
        HeaderValue.requireLegal(text);
        return TextTemplate.parse(text);
    }
}
