package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.config.Method;
import java.util.Map;
import java.util.Set;

/// The key by which two calls to one downstream are equal, so that one answer serves both.
///
/// It includes the call's headers, so that an answer for one client never reaches another. Whether a call may
/// be repeated is not part of it.
///
/// @param wanted the names of the headers that the reply must hold
record CallKey(String path, Map<String, String> headers, Set<String> wanted) {

    /// Returns true if the answer to a call may serve others too, because the call only reads.
    static boolean fits(Call call) {
        return call.method() == Method.GET && call.body() == null && call.passage() == null;
    }

    static CallKey of(Call call) {
        return new CallKey(call.path(), call.headers(), call.wanted());
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
