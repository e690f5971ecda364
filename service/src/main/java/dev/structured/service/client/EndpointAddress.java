package dev.structured.service.client;

import dev.structured.service.config.HostAndPort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The address of one endpoint of a downstream.
///
/// @param url its URL, whose host is sent to the endpoint and must be in the endpoint's certificate
/// @param address the address to connect to; null to look up the host of the URL
public record EndpointAddress(URI url, @Nullable InetAddress address) {
    /// Returns the endpoint at a URL.
    public static EndpointAddress of(URI url) {
        return new EndpointAddress(url, null);
    }

    /// Returns host or address, and port if there is one, for people: an address of IPv6 is in brackets, as
    /// in a URL.
    @Override
    public String toString() {
        if (address == null) return url.getRawAuthority();
        HostAndPort place = HostAndPort.of(url);
        return host(address) + (place == null || place.port() < 0 ? "" : ":" + place.port());
    }

    /// Returns the address as the host of a URL.
    static String host(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text + "]" : text;
    }
}
