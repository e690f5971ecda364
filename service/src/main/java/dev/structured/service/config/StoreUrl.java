package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Reads the `url` of the store.
final class StoreUrl {
    /// The type of addresses. They are not printed, because one may come from a secret file.
    public static final ScalarType<URI> TYPE = ScalarType
            .text("[rR][eE][dD][iI][sS][sS]?://.+", StoreUrl::parse)
            .withPlaceholder(URI.create("redis://unknown.invalid"));

    private static final String EXAMPLE = "redis://host:port, or rediss://host:port for TLS";

    private StoreUrl() {}

    private static URI parse(String text) throws InvalidValueException {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidValueException(Math.max(e.getIndex(), 0), "must be " + EXAMPLE);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("redis") && !scheme.equals("rediss")) {
            throw new InvalidValueException("must be " + EXAMPLE);
        }
        if (url.getRawUserInfo() != null) {
            throw new InvalidValueException(
                    "must not contain a user or password; write them in 'username' and "
                            + "'password'");
        }
        HostAndPort place = HostAndPort.of(url);
        if (place == null || place.port() == 0 || place.port() > 65_535) {
            throw new InvalidValueException("has no valid host and port; write " + EXAMPLE);
        }
        if (!url.getRawPath().matches("(/\\d{0,3})?") || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new InvalidValueException(
                    "must end after the port, or with the number of a database, as in redis://host:6379/1");
        }
        return url;
    }
}
