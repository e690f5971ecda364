package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.Locale;
import java.util.regex.Pattern;

/// The hosts that a route answers for: one name such as `shop.example`, or all names below one, such as
/// `*.shop.example`.
///
/// @param text as it is compared, in lower case
/// @param name the name, without `*.`
/// @param isWildcard true for all names below `name`, with any number of labels, and not for `name` itself
public record HostPattern(String text, String name, boolean isWildcard) {
    /// The longest name that DNS has.
    public static final int LONGEST = 253;

    /// How they are written.
    public static final ScalarType<HostPattern> TYPE = ScalarType
            .text("(?:\\*\\.)?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", HostPattern::parse)
            .withPrinter(HostPattern::text);

    private static final String BELOW = "*.";
    private static final Pattern NAME = Pattern
            .compile("[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*");

    private static HostPattern parse(String written) throws InvalidValueException {
        String text = written.toLowerCase(Locale.ROOT);
        boolean wildcard = text.startsWith(BELOW);
        String name = wildcard ? text.substring(BELOW.length()) : text;
        if (name.length() <= LONGEST && NAME.matcher(name).matches()) {
            return new HostPattern(text, name, wildcard);
        }
        throw new InvalidValueException(
                "must be a host such as shop.example, or *.shop.example for all below it; "
                        + wrong(text, name) + "; it is '" + written + "'");
    }

    private static String wrong(String text, String name) {
        if (text.equals("*")) return "for all hosts, remove 'hosts'";
        if (text.contains("://") || text.contains("/")) return "without a scheme and a path";
        if (name.contains("*")) return "'*' stands for whole labels at the beginning";
        if (name.matches(".*:[0-9]*")) return "the port that a client names does not count";
        if (name.endsWith(".")) return "without a dot at its end";
        if (name.chars().anyMatch(c -> c > 0x7f)) return "other letters as DNS has them, in xn-- labels";
        return "letters, digits, '-' and '_' between dots";
    }
}
