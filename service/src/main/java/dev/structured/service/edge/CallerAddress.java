package dev.structured.service.edge;

import dev.structured.service.config.AddressRange;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.IpLiteral;
import dev.structured.service.edge.ForwardedHops.Hop;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

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
        InetAddress connection = IpLiteral.parse(request.address());
        if (connection == null) return request.address();
        return network(isIn(connection, edge.trustedProxies())
                ? behind(connection, ForwardedHops.of(request.headers(), edge.forwardedHeader()),
                        edge.trustedProxies())
                : connection);
    }

    /// Returns an address, or for IPv6 its network, as a text that is the same for the same caller.
    public static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(bytes.length <= NETWORK_BYTES ? bytes : Arrays.copyOf(bytes, NETWORK_BYTES));
    }

    /// Returns true if an address is in one of the ranges; false if it cannot be read.
    static boolean isIn(String text, List<AddressRange> ranges) {
        InetAddress address = IpLiteral.parse(text);
        return address != null && isIn(address, ranges);
    }

    /// Returns true if an address is in one of the ranges.
    static boolean isIn(InetAddress address, List<AddressRange> ranges) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /// Returns the address of the client of a connection.
    ///
    /// @param hops the hops that the trusted header reports
    static InetAddress behind(InetAddress connection, List<Hop> hops, List<AddressRange> trusted) {
        InetAddress last = connection;
        for (Hop hop : hops.reversed()) {
            InetAddress before = hop.address();
            if (before == null || !isIn(last, trusted)) return last;
            last = before;
        }
        return last;
    }
}
