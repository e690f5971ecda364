package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;

/// The name of a file that another one includes. For [Key#type()], where the component is a `String`. The
/// file has been read when the name is.
final class IncludedFile {
    /// The type of such names.
    public static final ScalarType<String> TYPE = ScalarType.text(ScalarType.NOT_BLANK, text -> text)
            .withPrinter(text -> text).withoutSecrets("it is shown in messages");

    private IncludedFile() {}
}
