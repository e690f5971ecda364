package dev.structured.service.client;

import dev.structured.service.config.HostAndPort;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The address of a downstream. The only class that appends a path to it.
///
/// @param encrypted whether it speaks TLS
/// @param host a name or an address
/// @param port the port
/// @param authority the value of the header `Host`
/// @param basePath the prefix of the path of each call; empty, or a path without a slash at its end
/// @param address the address to connect to; null to look up the host
record Target(boolean encrypted, String host, int port, String authority, String basePath,
        @Nullable InetAddress address) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// Returns the target of a URL.
    ///
    /// @throws IllegalArgumentException if it is not of the form `http://host:port/path`, or the same with
    ///     `https`; port and path may be left out
    static Target of(URI url) {
        HostAndPort place = HostAndPort.of(url);
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean encrypted = scheme.equals("https");
        boolean bare = url.getRawQuery() == null && url.getRawFragment() == null;
        if (place == null || !bare || !(encrypted || scheme.equals("http"))) {
            throw new IllegalArgumentException(
                    "A downstream's URL must be http://host:port or https://host:port, perhaps with a path,"
                            + " but it is '" + url + "'");
        }
        int port = place.port() >= 0 ? place.port() : encrypted ? HTTPS_PORT : HTTP_PORT;
        return new Target(encrypted, place.host(), port, url.getRawAuthority(), basePath(url.getRawPath()),
                null);
    }

    /// Returns the target of an endpoint.
    ///
    /// @throws IllegalArgumentException if [#of(URI)] does not accept its URL
    static Target of(EndpointAddress endpoint) {
        Target named = of(endpoint.url());
        return new Target(named.encrypted, named.host, named.port, named.authority, named.basePath,
                endpoint.address());
    }

    private static String basePath(String path) {
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!bare.isEmpty()) check(bare);
        return bare;
    }

    /// Returns the address and the port, for people; null if the host must be looked up.
    @Nullable
    String knownAddress() {
        return address == null ? null : EndpointAddress.host(address) + ":" + port;
    }

    /// Returns the request target, for the first line of a request for a path on this downstream.
    ///
    /// @throws IllegalArgumentException if the path could lead anywhere else, or holds a character that must
    ///     be encoded
    String resolve(String path) {
        check(path);
        return basePath.isEmpty() ? path : basePath + path;
    }

    private static void check(String path) {
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
    }

    /// Returns the address as a URL, for people.
    @Override
    public String toString() {
        return (encrypted ? "https://" : "http://") + authority + basePath;
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
