package dev.structured.service.edge;

import dev.structured.service.config.AddressRange;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.IpLiteral;
import dev.structured.service.edge.ForwardedHops.Hop;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The address of a request's client, as far as it can be trusted.
///
/// It is the address of the connection, unless that is a trusted proxy's. Then it is the last address in the
/// trusted header that is not itself a trusted proxy's; the client may have invented the addresses before it.
public final class CallerAddress {
    /// The bytes of an IPv6 network that a single caller may have as a whole.
    private static final int NETWORK_BYTES = 8;

    private CallerAddress() {}

    /// Returns the address, or for IPv6 its network, as a text that is the same for the same caller.
    static String of(ClientRequest request, EdgeConfig edge) {
        InetAddress address = address(request, edge);
        if (address == null) return request.address();
        return network(address);
    }

    /// Returns an address, or for IPv6 its network, as a text that is the same for the same caller.
    public static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(bytes.length <= NETWORK_BYTES ? bytes : Arrays.copyOf(bytes, NETWORK_BYTES));
    }

    /// Returns the address as people write it.
    static String text(ClientRequest request, EdgeConfig edge) {
        InetAddress address = address(request, edge);
        return address == null ? request.address() : address.getHostAddress();
    }

    /// Returns the address; null if that of the connection cannot be read.
    private static @Nullable InetAddress address(ClientRequest request, EdgeConfig edge) {
        InetAddress address = parsed(request.address());
        return address == null || edge.trustedProxies().isEmpty()
                ? address
                : behind(address, request.headers(), edge);
    }

    /// Returns true if an address is in one of the ranges; false if it cannot be read.
    static boolean isIn(String text, List<AddressRange> ranges) {
        InetAddress address = parsed(text);
        return address != null && isIn(address, ranges);
    }

    /// Returns true if an address is in one of the ranges.
    static boolean isIn(InetAddress address, List<AddressRange> ranges) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static InetAddress behind(InetAddress connection, Headers headers, EdgeConfig edge) {
        InetAddress last = connection;
        if (!isIn(last, edge.trustedProxies())) return last;
        for (Hop hop : ForwardedHops.of(headers, edge.forwardedHeader()).reversed()) {
            InetAddress before = hop.address();
            if (before == null) return last;
            last = before;
            if (!isIn(last, edge.trustedProxies())) return last;
        }
        return last;
    }

    /// Returns the address that a text denotes; null if it is not an address.
    static @Nullable InetAddress parsed(String text) {
        return IpLiteral.parse(text);
    }
}
