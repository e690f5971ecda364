package dev.structured.service.check;

import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Checks the names of headers in the value of a key.
record HeaderCheck(SourceMap places) {
    /// Returns the reason why a header is not allowed there; null if it is allowed.
    @FunctionalInterface
    interface Reason {
        @Nullable
        String of(String name);
    }

    /// Checks the headers that are sent with every call to a downstream.
    void setForAll(Record record, Collection<String> names) {
        check(record, "headers", names, name -> name.equals("content-type")
                ? "which tells of a body, but not every call has one; write it in the parts that have"
                : HeaderPolicy.whyNotSet(name));
    }

    /// Checks the headers that a part sends.
    void set(Record record, Collection<String> names) {
        check(record, "headers", names, HeaderPolicy::whyNotSet);
    }

    /// Checks the headers of the client that are passed on.
    void passed(Record record, Collection<String> names) {
        check(record, "requestHeaders", names, HeaderPolicy::whyNotPassed);
    }

    /// Checks the headers of an answer that the client gets.
    void returned(Record record, Collection<String> names) {
        check(record, "responseHeaders", names, HeaderPolicy::whyNotReturned);
    }

    private void check(Record record, String key, Collection<String> names, Reason reason) {
        for (String name : names) {
            String why = reason.of(name);
            if (why == null) continue;
            YamlValue value = places.of(record, key);
            YamlValue place = value.isMapping()
                    ? value.locateKey(name::equalsIgnoreCase)
                    : value.locate(name::equalsIgnoreCase);
            place.report("has '" + name + "', " + why);
        }
    }
}
