package dev.structured.service.yaml;

import java.util.regex.Pattern;

/// A name that the user chooses. For [Key#names()]: the component is a mapping with such names.
public final class Name {
    /// The pattern of all names.
    public static final Pattern WRITTEN = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    /// The type of names.
    public static final ScalarType<String> TYPE = ScalarType.text(WRITTEN.pattern(), Name::parse);

    private Name() {}

    private static String parse(String text) throws InvalidValueException {
        if (WRITTEN.matcher(text).matches()) return text;
        throw new InvalidValueException(
                "has a name that cannot be used; names begin with a letter and have at most 64 letters, "
                        + "digits, '_' and '-'");
    }
}
