package dev.structured.service.check;

import dev.structured.service.config.HeaderNames;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Checks the names of headers that stand behind a key.
record HeaderCheck(SourceMap places) {
    /// Says why a header may not be there; null when it may.
    @FunctionalInterface
    interface Reason {
        @Nullable
        String of(String name);
    }

    /// Checks the headers that are sent.
    void set(Record record, Collection<String> names) {
        check(record, "headers", names, HeaderNames::whyNotSet);
    }

    /// Checks the headers that are passed on.
    void passed(Record record, Collection<String> names) {
        check(record, "requestHeaders", names, HeaderNames::whyNotPassed);
    }

    /// Checks the headers that the client gets.
    void returned(Record record, Collection<String> names) {
        check(record, "responseHeaders", names, HeaderNames::whyNotReturned);
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
