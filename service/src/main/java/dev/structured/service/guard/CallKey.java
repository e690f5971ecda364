package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.config.Method;
import java.util.Map;
import java.util.Set;

/// What makes two calls to one downstream equal: whoever asks the same gets the same.
///
/// The headers are those of the call, so that what is asked for one client is never another's. Whether a call
/// may be repeated is no part of it.
///
/// @param wanted names of headers: a reply holds no others
record CallKey(String path, Map<String, String> headers, Set<String> wanted) {

    /// Returns true when the answer to a call may be for others too: it only reads.
    static boolean fits(Call call) {
        return call.method() == Method.GET && call.body() == null;
    }

    static CallKey of(Call call) {
        return new CallKey(call.path(), call.headers(), call.wanted());
    }

    /// Returns about how much memory it takes, in bytes.
    int weight() {
        int weight = 100 + 2 * path.length();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            weight += 100 + 2 * (header.getKey().length() + header.getValue().length());
        }
        return weight;
    }
}
