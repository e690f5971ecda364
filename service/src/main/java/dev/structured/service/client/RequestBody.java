package dev.structured.service.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;

/// The JSON body of a request.
final class RequestBody {
    /// Far more than a request of a client may have; bounds bodies that templates make of whole answers.
    static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final ObjectWriter WRITER = JsonMapper.builder(
            JsonFactory.builder().recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool()).build())
            .build().writer();

    private RequestBody() {}

    /// Returns the bytes of a body, at most [#MAX_BYTES].
    ///
    /// @throws DownstreamException if there are more
    static byte[] write(JsonNode body) throws DownstreamException {
        byte[] bytes;
        try {
            bytes = WRITER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can always be written", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new DownstreamException(ErrorType.CALL_TOO_LARGE,
                    "The call's body is larger than " + MAX_BYTES + " bytes", null);
        }
        return bytes;
    }
}
