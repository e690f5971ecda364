package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;

/// A path without variables, with a query or without. For [dev.structured.service.yaml.Key#type()].
final class PlainPath {
    /// How such paths are written.
    public static final ScalarType<String> TYPE = ScalarType.text("/.*", PlainPath::parse)
            .withPlaceholder("/")
            .withPrinter(path -> path)
            .withoutSecrets("paths are shown in metrics and tasks");

    private PlainPath() {}

    private static String parse(String text) throws InvalidValueException {
        if (text.contains("${")) {
            throw new InvalidValueException("must be a path without variables; no request asks for it");
        }
        int end = text.indexOf('?');
        TemplateParser.parse(end < 0 ? text : text.substring(0, end));
        if (end >= 0) TemplateParser.checkQuery(text, end + 1);
        return text;
    }
}
