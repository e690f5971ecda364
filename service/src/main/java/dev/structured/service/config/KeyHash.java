package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.util.Locale;
import java.util.regex.Pattern;

/// The SHA-256 of an API key. Never shown.
///
/// @param hex 64 hex digits, in lower case
public record KeyHash(String hex) {
    private static final String PREFIX = "sha256:";
    private static final Pattern WRITTEN = Pattern.compile(PREFIX + "[0-9A-Fa-f]{64}");

    /// The hash of no key at all, as of a variable that is not set.
    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca4"
            + "95991b7852b855";

    /// How hashes of keys are written; they are never printed.
    public static final ScalarType<KeyHash> TYPE = ScalarType.text(WRITTEN.pattern(), KeyHash::parse);

    private static KeyHash parse(String text) throws InvalidValueException {
        // A trailing line break is what a file of secrets ends with.
        String hash = text.strip();
        if (WRITTEN.matcher(hash).matches()) {
            String hex = hash.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
            if (!hex.equals(OF_NOTHING)) return new KeyHash(hex);
            throw new InvalidValueException("is the hash of an empty key, so that anyone would have it;"
                    + " put the key in the place of KEY: echo -n KEY | sha256sum");
        }
        throw new InvalidValueException(
                "must be sha256: and 64 hex digits, the hash of a key and not the key itself;"
                        + " make it with: echo -n KEY | sha256sum");
    }

    @Override
    public String toString() {
        return "***";
    }
}
