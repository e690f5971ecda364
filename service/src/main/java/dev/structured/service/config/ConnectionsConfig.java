package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many connections clients may have.
///
/// @param max the most that are open at once
/// @param maxPerAddress the most that are open from one address; null for no such limit
/// @param acceptRate the most that are accepted in a second; null for no such limit
/// @param backlog how many may wait to be accepted
/// @param proxyProtocol the addresses of proxies whose connections begin with the client's address
public record ConnectionsConfig(
        @Key(preset = "10000", min = "1", max = "1000000", says = "The most connections that are open at once; further ones wait to be "
                + "accepted. Never more than half of the descriptors that are left at the start.") int max,
        @Key(min = "1", max = "1000000", says = "The most connections that are open from one address, of IPv6 from one network of 64 bits; "
                + "further ones are closed. Trusted proxies are exempt.") @Nullable Integer maxPerAddress,
        @Key(min = "1", max = "1000000", says = "The most connections that are accepted in a second; further ones wait.") @Nullable Integer acceptRate,
        @Key(preset = "1024", min = "1", max = "65535", says = "How many connections may wait to be accepted; the kernel's own limit (somaxconn) "
                + "holds too.") int backlog,
        @Key(max = "100", each = "range", says = "The addresses of proxies in front that begin each connection with a header of the PROXY protocol (1 or 2), which has the client's address. None unless it is there.") List<AddressRange> proxyProtocol) {

    public ConnectionsConfig { proxyProtocol = List.copyOf(proxyProtocol); }

    /// Returns true if a connection from this address begins with a header of the PROXY protocol.
    public boolean beginsWithHeader(InetAddress address) {
        return proxyProtocol.stream().anyMatch(range -> range.contains(address));
    }
}
