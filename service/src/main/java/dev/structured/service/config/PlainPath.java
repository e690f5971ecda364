package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path without variables, with a query or without. For [dev.structured.service.yaml.Key#type()].
final class PlainPath {
    /// How such paths are written.
    public static final ScalarType<String> TYPE = ScalarType.text("/.*", PlainPath::parse)
            .withPlaceholder("/")
            .withPrinter(path -> path)
            .withoutSecrets("paths are shown in metrics and tasks");

    private static final Pattern BRACE = Pattern.compile("[{}]");

    private PlainPath() {}

    private static String parse(String text) throws InvalidValueException {
        if (text.contains("${")) {
            throw new InvalidValueException("must be a path without variables; no request asks for it");
        }
        Matcher brace = BRACE.matcher(text);
        if (brace.find()) {
            throw new InvalidValueException(brace.start(),
                    TemplateParser.notAsItIs(brace.group().charAt(0)));
        }
        TemplateParser.checkLength(text);
        int end = text.indexOf('?');
        TemplateParser.parse(end < 0 ? text : text.substring(0, end));
        if (end >= 0) TemplateParser.checkQuery(text, end + 1);
        return text;
    }
}
