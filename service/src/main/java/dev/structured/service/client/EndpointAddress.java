package dev.structured.service.client;

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

    /// Returns host or address, and port if there is one, for people.
    @Override
    public String toString() {
        return address == null
                ? url.getRawAuthority()
                : address.getHostAddress() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
