package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The first difference between two JSON values. The order of fields and the notation of numbers do not
/// matter.
///
/// @param pointer the JSON pointer of the place (RFC 6901); empty for the root
/// @param expected the expected value; a missing node for none
/// @param actual the actual value; a missing node for none
record JsonDifference(String pointer, JsonNode expected, JsonNode actual) {

    /// Returns the first difference; null if the values are equal.
    static @Nullable JsonDifference between(JsonNode expected, JsonNode actual) {
        return find("", expected, actual, true);
    }

    /// Returns the first part of `expected` that `actual` lacks; null if there is none. Objects in `actual`
    /// may have more fields; lists must have the same length.
    static @Nullable JsonDifference contained(JsonNode expected, JsonNode actual) {
        return find("", expected, actual, false);
    }

    private static @Nullable JsonDifference find(String pointer, JsonNode expected, JsonNode actual,
            boolean whole) {
        if (expected.isObject() && actual.isObject()) return inObject(pointer, expected, actual, whole);
        if (expected.isArray() && actual.isArray()) return inList(pointer, expected, actual, whole);
        return isSame(expected, actual) ? null : new JsonDifference(pointer, expected, actual);
    }

    private static boolean isSame(JsonNode expected, JsonNode actual) {
        if (expected.isNumber() && actual.isNumber()) {
            return expected.decimalValue().compareTo(actual.decimalValue()) == 0;
        }
        return expected.equals(actual);
    }

    private static @Nullable JsonDifference inObject(String pointer, JsonNode expected, JsonNode actual,
            boolean whole) {
        Set<String> names = new LinkedHashSet<>();
        expected.fieldNames().forEachRemaining(names::add);
        if (whole) actual.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String there = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
            JsonDifference found = find(there, expected.path(name), actual.path(name), whole);
            if (found != null) return found;
        }
        return null;
    }

    private static @Nullable JsonDifference inList(String pointer, JsonNode expected, JsonNode actual,
            boolean whole) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            JsonDifference found = find(pointer + "/" + i, expected.path(i), actual.path(i), whole);
            if (found != null) return found;
        }
        return null;
    }

    /// Returns a description of the difference.
    @Override
    public String toString() {
        return "at " + (pointer.isEmpty() ? "its root" : pointer) + ": expected " + shown(expected) + ", got "
                + shown(actual);
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }
}
