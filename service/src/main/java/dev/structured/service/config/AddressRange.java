package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.net.InetAddress;

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or a single one.
///
/// @param text as it stands in the file
/// @param first its first address
/// @param bits how many bits all its addresses have in common
public record AddressRange(String text, InetAddress first, int bits) {
    /// How ranges are written.
    public static final ScalarType<AddressRange> TYPE = ScalarType
            .text("[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?", AddressRange::parse).withPrinter(AddressRange::text);

    private static AddressRange parse(String text) throws InvalidValueException {
        int slash = text.indexOf('/');
        InetAddress first = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        if (first != null) {
            int all = first.getAddress().length * 8;
            int bits = slash < 0 ? all : bits(text.substring(slash + 1));
            if (bits <= all) return new AddressRange(text, first, bits);
        }
        throw new InvalidValueException(
                "must be an address or a range of addresses, such as 10.0.0.0/8; it is '" + text + "'");
    }

    private static int bits(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
    }

    /// Returns true if an address is in the range.
    public boolean contains(InetAddress address) {
        byte[] own = first.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) return false;
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((own[bit >> 3] & mask) != (other[bit >> 3] & mask)) return false;
        }
        return true;
    }
}
