package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;

/// A password. Never shown.
///
/// @param text the password itself
public record Secret(String text) {
    /// How passwords are written; they are never printed.
    public static final ScalarType<Secret> TYPE = ScalarType.text("[^\\n\\r]{1,4000}", Secret::parse);

    private static Secret parse(String text) throws InvalidValueException {
        // A trailing line break is what a file of secrets ends with.
        String secret = text.stripTrailing();
        if (!secret.isEmpty() && secret.indexOf('\n') < 0) return new Secret(secret);
        throw new InvalidValueException("must be one line that is not empty");
    }

    @Override
    public String toString() {
        return "***";
    }
}
