package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;

/// The value of a header that the file sets: visible ASCII, spaces and tabs. Never shown, because it may be a
/// secret.
///
/// @param text the text that is sent
public record HeaderValue(String text) {
    /// The type of values of headers; they are never printed.
    public static final ScalarType<HeaderValue> TYPE = ScalarType.text("[\\t -~]{1,4000}",
            HeaderValue::parse);

    private static final int LONGEST = 4_000;

    private static HeaderValue parse(String text) throws InvalidValueException {
        requireLegal(text);
        int variable = text.indexOf("${");
        if (variable < 0) return new HeaderValue(text);
        throw new InvalidValueException(variable, "has a variable, but a downstream's headers have "
                + "none; write it in "
                + "'headers' of the parts that ask the downstream");
    }

    /// Checks that a header may have this text.
    static void requireLegal(String text) throws InvalidValueException {
        if (text.length() > LONGEST)
            throw new InvalidValueException("must not be longer than " + LONGEST
                    + " characters");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c >= 0x7f) {
                throw new InvalidValueException(i,
                        "has a character that no header may have; use visible ASCII and spaces");
            }
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
