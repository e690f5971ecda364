package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The cookies of a request that its route names, and no others (RFC 6265bis, 4.2).
///
/// If several cookies have the same name, the first one counts, which is the one with the longest path
/// (5.8.3), and only that one is sent on. Quotes are a part of the value. A cookie is ignored if its value
/// has a character that no header may have, or if it is longer than browsers keep.
final class Cookies {
    /// The longest cookie, name and value (5.7).
    private static final int LONGEST = 4_096;
    /// The most cookies that are looked at. Browsers keep some 180 of a site.
    private static final int MOST = 300;

    private Cookies() {}

    /// Returns the values by name, without the names that have none.
    ///
    /// @param field the value of `Cookie`
    static ObjectNode named(Set<String> names, String field) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        Set<String> seen = new HashSet<>();
        int at = 0;
        for (int i = 0; i < MOST && at < field.length() && seen.size() < names.size(); i++) {
            int end = field.indexOf(';', at);
            if (end < 0) end = field.length();
            int sign = field.indexOf('=', at);
            if (sign >= 0 && sign < end) {
                String name = field.substring(at, sign).strip();
                if (names.contains(name) && seen.add(name)) {
                    put(name, field.substring(sign + 1, end).strip(), values);
                }
            }
            at = end + 1;
        }
        return values;
    }

    private static void put(String name, String value, ObjectNode values) {
        boolean fits = name.length() + value.length() <= LONGEST
                && value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (fits) values.put(name, value);
    }

    /// Returns the value of `Cookie` for a call that sends some of them; null for none.
    ///
    /// @param values see [#named]; missing without any
    static @Nullable String field(Collection<String> names, @Nullable JsonNode values) {
        if (values == null) return null;
        StringBuilder field = new StringBuilder();
        for (String name : names) {
            JsonNode value = values.path(name);
            if (value.isMissingNode()) continue;
            field.append(field.isEmpty() ? "" : "; ").append(name).append('=').append(value.asText());
        }
        return field.isEmpty() ? null : field.toString();
    }
}
