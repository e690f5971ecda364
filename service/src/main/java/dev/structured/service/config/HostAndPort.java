package dev.structured.service.config;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The host and the port of a URL. Unlike that of [URI#getHost()], the host may have underscores, as names in
/// Docker and Kubernetes do.
///
/// @param host a name, an address, or an IPv6 address in brackets
/// @param port the port; -1 if the URL has none
public record HostAndPort(String host, int port) {
    private static final Pattern AUTHORITY = Pattern
            .compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    /// Returns the host and port of a URL; null if its host is not valid.
    public static @Nullable HostAndPort of(URI url) {
        String authority = url.getRawAuthority();
        Matcher matcher = AUTHORITY.matcher(authority == null ? "" : authority);
        if (!matcher.matches()) return null;
        String port = matcher.group(2);
        return new HostAndPort(matcher.group(1), port == null ? -1 : Integer.parseInt(port));
    }

    /// Returns a host without the brackets of an IPv6 address.
    public static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
