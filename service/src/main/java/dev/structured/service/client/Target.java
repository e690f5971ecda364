package dev.structured.service.client;

import java.net.URI;
import java.util.regex.Pattern;

/// Where a downstream listens, and the only place where a path is put behind that address.
///
/// @param base scheme, host and port: nothing else
record Target(URI base) {
    /* One leading slash, then only what RFC 3986 allows in a path and query, with whole percent-escapes. */
    private static final Pattern PATH = Pattern
            .compile("/(?!/)(?:[A-Za-z0-9\\-._~!$&'()*+,;=:@/?]++|%[0-9A-Fa-f]{2})*+");
    /* Servers resolve `..` (and some `%2e%2e`) before they route, so a value could climb out of its place. */
    private static final Pattern DOT_SEGMENT = Pattern.compile("/(?:\\.|%2[Ee]){1,2}(?=[/?;]|$)");

    /// @throws IllegalArgumentException if the URL is more or less than `http://host:port`
    Target {
        String path = base.getRawPath();
        boolean bare = (path == null || path.isEmpty() || path.equals("/")) && base.getRawQuery() == null
                && base.getRawFragment() == null && base.getRawUserInfo() == null;
        if (!"http".equals(base.getScheme()) || base.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    "A downstream's URL must be http://host:port with nothing behind it,"
                            + " but it is '" + base + "'");
        }
        base = URI.create("http://" + base.getRawAuthority());
    }

    String host() {
        return base.getHost();
    }

    int port() {
        return base.getPort() >= 0 ? base.getPort() : 80;
    }

    /// Returns the URL of a path on this downstream.
    ///
    /// @throws IllegalArgumentException if the path could lead anywhere else, or holds a character that must
    ///     be encoded
    URI resolve(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "A call's path must begin with a single '/' and be percent-encoded,"
                            + " but it is '" + printable(path)
                            + "'. Was a value put into it without encoding?");
        }
        int query = path.indexOf('?');
        if (DOT_SEGMENT.matcher(query < 0 ? path : path.substring(0, query)).find()) {
            throw new IllegalArgumentException(
                    "A call's path must not hold a segment '.' or '..', but it is '" + path
                            + "': the downstream would resolve it to another path.");
        }
        return URI.create(base + path);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
