package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;

/// A path without variables. For [dev.structured.service.yaml.Key#type()].
final class PlainPath {
    /// How such paths are written.
    public static final ScalarType<String> TYPE = ScalarType.text("/.*", PlainPath::parse)
            .withPlaceholder("/")
            .withPrinter(path -> path)
            .withoutSecrets("paths are shown in metrics and tasks");

    private PlainPath() {}

    private static String parse(String text) throws InvalidValueException {
        if (TemplateParser.parse(text).variables().isEmpty()) return text;
        throw new InvalidValueException("must be a path without variables; no request asks for it");
    }
}
