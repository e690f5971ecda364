package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.Suggestion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads the `url` of a downstream.
final class DownstreamUrl {
    /// The type of addresses. They are not printed, because one may come from a secret file.
    public static final ScalarType<URI> TYPE = ScalarType
            .text("(?:[hH][tT][tT][pP][sS]?://|demo:).+", DownstreamUrl::parse)
            .withPlaceholder(URI.create("http://unknown.invalid"));

    /* Servers resolve these, so that calls would go elsewhere than the file says. */
    private static final Pattern BAD_PATH = Pattern.compile("//|/(?:\\.|%2[Ee]){1,2}(?=[/;]|$)");
    private static final String EXAMPLE = "http://host:port or https://host:port, or demo:NAME for an "
            + "embedded demo";

    private DownstreamUrl() {}

    static URI parse(String text) throws InvalidValueException {
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "demo" -> demo(uri);
            case "http", "https" -> http(uri);
            default -> throw new InvalidValueException("must be " + EXAMPLE + "; it is '" + text + "'");
        };
    }

    private static URI uri(String text) throws InvalidValueException {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidValueException(Math.max(e.getIndex(), 0),
                    "must be " + EXAMPLE + "; it is '" + text + "' (" + e.getReason() + ")");
        }
    }

    private static URI demo(URI uri) throws InvalidValueException {
        String name = uri.getSchemeSpecificPart();
        if (DownstreamConfig.DEMOS.contains(name)) return uri;
        throw new InvalidValueException(
                "names the unknown demo '" + name + "'" + Suggestion.hint(name, DownstreamConfig.DEMOS)
                        + " (demos: " + String.join(", ", DownstreamConfig.DEMOS) + ")");
    }

    private static URI http(URI uri) throws InvalidValueException {
        if (uri.getRawUserInfo() != null) {
            throw new InvalidValueException(
                    "must not contain a user or password; remove the text before the '@'");
        }
        HostAndPort place = HostAndPort.of(uri);
        if (place == null) {
            throw new InvalidValueException(
                    "has no valid host (letters, digits, '-', '_' and '.'); write " + EXAMPLE);
        }
        if (place.port() == 0 || place.port() > 65_535) {
            throw new InvalidValueException("must have a port between 1 and 65535; it is " + place.port());
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new InvalidValueException("must not contain '?' or '#'; end it after the port or the path");
        }
        if (BAD_PATH.matcher(uri.getRawPath()).find()) {
            throw new InvalidValueException("must not have '//', '/./' or '/../' in its path, which is '"
                    + uri.getRawPath() + "'");
        }
        checkCharacters(uri);
        return uri;
    }

    /// [URI] takes letters of all languages, but a request can only have ASCII.
    private static void checkCharacters(URI uri) throws InvalidValueException {
        String path = uri.getRawPath();
        for (int i = 0; i < path.length(); i++) {
            int character = path.codePointAt(i);
            if (character < 0x80) continue;
            throw new InvalidValueException(uri.toString().length() - path.length() + i,
                    "must not contain '" + Character.toString(character)
                            + "' in its path; write it percent-encoded: "
                            + TemplateParser.encoded(character));
        }
    }
}
