package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.Suggestion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Reads the `url` of a downstream.
final class DownstreamUrl {
    /// How addresses are written; they are not printed, because one may come from a file of secrets.
    public static final ScalarType<URI> TYPE = ScalarType
            .text("(?:[hH][tT][tT][pP]://|demo:).+", DownstreamUrl::parse)
            .withPlaceholder(URI.create("http://unknown.invalid"));

    private static final String EXAMPLE = "http://host:port, or demo:NAME for an embedded demo";

    private DownstreamUrl() {}

    static URI parse(String text) throws InvalidValueException {
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "demo" -> demo(uri);
            case "http" -> http(uri);
            case "https" -> throw new InvalidValueException(
                    "must be an http:// URL: https is not supported yet; let a proxy nearby speak TLS");
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
            throw new InvalidValueException("must not contain a user or password; remove what stands "
                    + "before the '@'");
        }
        if (uri.getHost() == null) {
            throw new InvalidValueException(
                    "has no host that can be used (letters, digits, '-' and '.'); write " + EXAMPLE);
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new InvalidValueException("must have a port between 1 and 65535; it is " + uri.getPort());
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new InvalidValueException("must not contain '?' or '#'; end it after the port");
        }
        if (!uri.getRawPath().isEmpty()) {
            throw new InvalidValueException("must not have a path; remove '" + uri.getRawPath()
                    + "' and write it in the 'path' of the parts");
        }
        return uri;
    }
}
