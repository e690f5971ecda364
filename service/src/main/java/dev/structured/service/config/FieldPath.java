package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.List;
import java.util.regex.Pattern;

/// A path to a field of a JSON value: `data.items`.
///
/// @param steps the names of the fields, outermost first
public record FieldPath(List<String> steps) {
    static final Pattern WRITTEN = Pattern
            .compile("[^.\\s\\x00-\\x1f]{1,100}(?:\\.[^.\\s\\x00-\\x1f]{1,100}){0,19}");

    /// The type of such paths.
    public static final ScalarType<FieldPath> TYPE = ScalarType.text(WRITTEN.pattern(), FieldPath::parse);

    public FieldPath { steps = List.copyOf(steps); }

    static FieldPath parse(String text) throws InvalidValueException {
        if (WRITTEN.matcher(text).matches() && !text.contains("${"))
            return new FieldPath(List.of(
                    text.split("\\.")));
        throw new InvalidValueException(
                "must be names of fields with dots between them, such as data.items; it is '" + text + "'");
    }

    /// Returns the path as it is in the file.
    @Override
    public String toString() {
        return String.join(".", steps);
    }
}
