package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Name;
import dev.structured.service.yaml.ScalarType;

/// The name of a field of a page. For [Key#type()]: the component is a `String`.
final class PageField {
    /// The type of such names.
    public static final ScalarType<String> TYPE = ScalarType.text(Name.WRITTEN.pattern(), PageField::parse);

    private PageField() {}

    private static String parse(String text) throws InvalidValueException {
        if (Name.WRITTEN.matcher(text).matches()) return text;
        throw new InvalidValueException(
                "must begin with a letter and have at most 64 letters, digits, '_' and '-'; it is '"
                        + text + "'");
    }
}
