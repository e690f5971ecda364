package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;
import java.util.regex.Pattern;

/// The status of an answer. For [Key#names()]: the component is a mapping of numbers.
public final class StatusCode {
    private static final Pattern WRITTEN = Pattern.compile("[1-5][0-9]{2}");

    /// The type of statuses.
    public static final ScalarType<Integer> TYPE = ScalarType.characters(WRITTEN.pattern(),
            StatusCode::parse)
            .withPlaceholder(599);

    private StatusCode() {}

    private static int parse(String text) throws InvalidValueException {
        if (WRITTEN.matcher(text).matches()) return Integer.parseInt(text);
        throw new InvalidValueException("must be the number of a status, 100 to 599; it is '" + text + "'");
    }
}
