package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ScalarType;

/// The name of a query parameter. For [Key#type()] and [Key#names()].
public final class QueryName {
    private static final int LONGEST = 64;

    /// The type of names of query parameters.
    public static final ScalarType<String> TYPE = ScalarType.text("[!\"$'()*,./0-9:;<>-~-]{1,64}",
            QueryName::parse);

    private QueryName() {}

    private static String parse(String name) throws InvalidValueException {
        boolean legal = name.length() <= LONGEST
                && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "&=#%+".indexOf(c) < 0);
        if (legal) return name;
        throw new InvalidValueException("must be the plain name of a query parameter, at most " + LONGEST
                + " characters without spaces and '&', '=', '#', '%', '+'; it is '" + name + "'");
    }
}
