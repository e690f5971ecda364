package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.net.InetAddress;
import java.net.URI;

/// Reads the `dns` of a downstream: a URL whose host is a name.
final class NamedUrl {
    /// How such URLs are written; they are not printed, because one may come from a file of secrets.
    public static final ScalarType<URI> TYPE = ScalarType
            .text("[hH][tT][tT][pP][sS]?://.+", NamedUrl::parse)
            .withPlaceholder(URI.create("http://unknown.invalid"));

    private NamedUrl() {}

    private static URI parse(String text) throws InvalidValueException {
        if (!text.regionMatches(true, 0, "http", 0, 4)) {
            throw new InvalidValueException(
                    "must be http://name:port or https://name:port; it is '" + text + "'");
        }
        URI url = DownstreamUrl.parse(text);
        HostAndPort place = HostAndPort.of(url);
        if (place != null && isAddress(place.host())) {
            throw new InvalidValueException("must have a name to look up, but '" + place.host()
                    + "' is an address; write 'url' instead, or 'urls' for several");
        }
        return url;
    }

    private static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(HostAndPort.withoutBrackets(host));
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
