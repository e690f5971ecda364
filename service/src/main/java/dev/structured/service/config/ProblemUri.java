package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.net.URI;
import java.net.URISyntaxException;

/// A URI that names a kind of problem, or the beginning of one. For
/// [Key#type()][dev.structured.service.yaml.Key], where the component is a `String`.
public final class ProblemUri {
    /// The type of such URIs.
    public static final ScalarType<String> TYPE = ScalarType
            .text("[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", ProblemUri::parse)
            .withPrinter(text -> text);

    private ProblemUri() {}

    private static String parse(String text) throws InvalidValueException {
        try {
            if (new URI(text).isAbsolute()) return text;
        } catch (URISyntaxException e) {
            // Falls through: the same rule is broken.
        }
        throw new InvalidValueException("must be a whole URI, such as https://errors.shop.example/ or "
                + "urn:shop:problem:; it is '" + text + "'");
    }
}
