package dev.structured.service.client;

import java.net.URI;

/// Where a downstream listens, and the only place where a path is put behind that address.
///
/// @param base scheme, host and port: nothing else
record Target(URI base) {
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

    /// Returns the value of the header `Host`.
    String authority() {
        return base.getRawAuthority();
    }

    int port() {
        return base.getPort() >= 0 ? base.getPort() : 80;
    }

    /// Returns the request target for a path on this downstream, which is what stands in the first line of a request.
    ///
    /// @throws IllegalArgumentException if the path could lead anywhere else, or holds a character that must
    ///     be encoded
    String resolve(String path) {
        if (!PathSyntax.isPath(path)) {
            throw new IllegalArgumentException(
                    "A call's path must begin with a single '/' and be percent-encoded,"
                            + " but it is '" + printable(path)
                            + "'. Was a value put into it without encoding?");
        }
        if (PathSyntax.hasDotSegment(path)) {
            throw new IllegalArgumentException(
                    "A call's path must not hold a segment '.' or '..', but it is '" + path
                            + "': the downstream would resolve it to another path.");
        }
        return path;
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
