package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.SetCookies;
import dev.structured.service.aggregate.Validators;
import dev.structured.service.config.Method;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The key by which two calls to one downstream are equal, so that one answer serves both.
///
/// It includes the call's headers, so that an answer for one client never reaches another. Whether a call may
/// be repeated is not part of it.
///
/// @param wanted the names of the headers that the reply must hold
/// @param validators of a kept answer, which the downstream may confirm; null for none
record CallKey(String path, Map<String, String> headers, Set<String> wanted,
        @Nullable Validators validators) {
    /// The headers of a call that make its answer depend on what the caller has already.
    private static final List<String> CONDITIONS = List.of("if-none-match", "if-modified-since", "if-match",
            "if-unmodified-since", "if-range", "range");

    /// Returns true if the answer to a call may serve others too: the call only reads, has no condition of
    /// its own, and no cookies of its answer are passed to the client.
    static boolean fits(Call call) {
        return call.method() == Method.GET && call.body() == null && call.passage() == null
                && !call.wanted().contains(SetCookies.NAME)
                && Collections.disjoint(CONDITIONS, call.headers().keySet());
    }

    static CallKey of(Call call) {
        return new CallKey(call.path(), call.headers(), call.wanted(), call.validators());
    }

    /// Returns an estimate of its memory, in bytes.
    int weight() {
        int weight = 100 + 2 * path.length();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            weight += 100 + 2 * (header.getKey().length() + header.getValue().length());
        }
        return weight;
    }
}
