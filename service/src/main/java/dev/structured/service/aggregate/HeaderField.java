package dev.structured.service.aggregate;

import org.jspecify.annotations.Nullable;

/// One header field, of which a message may have several with the same name.
///
/// @param name as it was sent
public record HeaderField(String name, String value) {

    /// Returns true if a value consists of digits alone, as a length does (RFC 9110, 8.6).
    ///
    /// @param value null for none
    public static boolean isNumber(@Nullable String value) {
        return value != null && !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
