package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a client is sent: a path such as `/orders/${order.id}`, with or without scheme and host before it,
/// or a single variable whose value is an address.
///
/// @param text as it stands in the file
/// @param origin scheme and host; empty for a path of this service
/// @param pieces the path's literals and variables, in order; a single variable for a whole address
public record LocationTemplate(String text, String origin, List<TextTemplate.Piece> pieces) {
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9._-]+(?::[0-9]{1,5})?(?=/|$)");

    /// How such places are written.
    public static final ScalarType<LocationTemplate> TYPE = ScalarType
            .text("(?:https?://|/|\\$\\{).*", LocationTemplate::parse)
            .withPrinter(LocationTemplate::text)
            .withoutSecrets("clients are sent there; write it in the file");

    public LocationTemplate { pieces = List.copyOf(pieces); }

    private static LocationTemplate parse(String text) throws InvalidValueException {
        if (Variable.WRITTEN.matcher(text).matches()) {
            return new LocationTemplate(text, "", List.of(Variable.parse(text)));
        }
        Matcher origin = ORIGIN.matcher(text);
        int start = origin.lookingAt() ? origin.end() : 0;
        if (start == 0 && !text.startsWith("/")) {
            throw new InvalidValueException(
                    "must be a path such as /orders/${order.id}, an address that begins "
                            + "with https://host, or one variable such as ${order.url}; it is '" + text
                            + "'");
        }
        if (start == text.length()) return new LocationTemplate(text, text, List.of());
        try {
            return new LocationTemplate(text, text.substring(0, start),
                    PathTemplate.parse(text.substring(start)).pieces());
        } catch (InvalidValueException e) {
            throw e.within(start);
        }
    }

    /// Returns the variable whose value is the whole address; null for a path.
    public @Nullable Variable whole() {
        return origin.isEmpty() && pieces.size() == 1 && pieces.getFirst() instanceof Variable variable
                ? variable
                : null;
    }

    /// Returns the variables, in order.
    public List<Variable> variables() {
        return Variable.in(pieces);
    }
}
