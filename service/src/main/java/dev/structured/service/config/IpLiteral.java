package dev.structured.service.config;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Addresses as text. Of IPv4 that is four numbers without leading zeros: other ways to write them, such as
/// `10.1` and `010.0.0.1`, are read as different addresses by different programs.
public final class IpLiteral {
    private static final String NUMBER = "(?:0|[1-9][0-9]{0,2})";
    private static final Pattern V4 = Pattern.compile(NUMBER + "(?:\\." + NUMBER + "){3}");

    private IpLiteral() {}

    /// Returns the address that a text is; null if it is none. Looks up no name.
    public static @Nullable InetAddress parse(String text) {
        if (text.indexOf(':') < 0 && !V4.matcher(text).matches()) return null;
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
