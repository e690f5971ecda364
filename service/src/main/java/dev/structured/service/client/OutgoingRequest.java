package dev.structured.service.client;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The request of one call, before it is written. The remaining time in it is read when it is written, so
/// write it just before it is sent.
final class OutgoingRequest {
    /// The name of the method.
    final String method;
    /// The path and query.
    final String target;
    /// The JSON; null for none.
    final byte @Nullable [] body;
    private final RequestHead head;
    private final Call call;

    /// @param head writes the requests to the call's downstream
    /// @param target the path and query
    /// @param body the JSON; null for none
    OutgoingRequest(RequestHead head, Call call, String target, byte @Nullable [] body) {
        this.head = head;
        this.call = call;
        this.method = call.methodName();
        this.target = target;
        this.body = body;
    }

    /// Returns the whole message of HTTP/1.1, head and body; only the head of a request that is passed on.
    ///
    /// @throws DownstreamException if the head is too large
    ByteBuffer message() throws DownstreamException {
        return head.write(call, target, body);
    }

    /// Returns the fields of the head for HTTP/2.
    HttpFields fields() {
        return head.fields(call, body);
    }
}
