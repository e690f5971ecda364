package dev.structured.service.server;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.edge.AnswerStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The body of a response that is sent in pieces, in chunks over HTTP/1.1.
///
/// The client may send its next request as soon as it has the last byte, so it is told before that byte is
/// written that the answer is about to be complete.
///
/// Its end is marked, so that a client does not take a stream that was cut short for a whole one. Only
/// HTTP/1.0 cannot mark it without a length; there, a stream that is cut short ends with a reset.
final class ResponseStream implements AnswerStream {
    private final Request request;
    private final Response response;
    private final Runnable completing;
    private boolean begun;
    private boolean aborted;
    /// The bytes that are missing of a body of known length.
    private long missing = Long.MAX_VALUE;

    /// @param completing called, perhaps several times, before the piece is written that completes the answer
    ResponseStream(Request request, Response response, Map<String, String> headers, Runnable completing) {
        this.request = request;
        this.response = response;
        this.completing = completing;
        response.setStatus(200);
        headers.forEach(response.getHeaders()::put);
    }

    /// @param fields the header fields; several may have the same name
    /// @param completing called, perhaps several times, before the piece is written that completes the answer
    ResponseStream(Request request, Response response, int status, List<HeaderField> fields,
            Runnable completing) {
        this.request = request;
        this.response = response;
        this.completing = completing;
        response.setStatus(status);
        fields.forEach(this::add);
    }

    /// Jetty keeps its own Date whatever is removed; only another one takes its place.
    private void add(HeaderField field) {
        if (HttpHeader.DATE.is(field.name())) response.getHeaders().put(HttpHeader.DATE, field.value());
        else
            response.getHeaders().add(field.name(), field.value());
    }

    @Override
    public void write(ByteBuffer bytes, boolean last) throws IOException {
        if (!begun) begin();
        missing -= bytes.remaining();
        if (last || missing <= 0) completing.run();
        // If the first piece were also the last, Jetty would send it with its length, and not as a stream.
        boolean end = last && begun;
        begun = true;
        try {
            Content.Sink.write(response, end, bytes);
        } catch (IOException e) {
            // A client that has all of the answer may close at once, before Jetty knows that it was written.
            if (!end && missing > 0) throw e;
        }
    }

    /// Has the end of the body marked. Jetty would mark that of a connection's last answer with the end of
    /// the connection alone.
    private void begin() {
        if (HttpMethod.HEAD.is(request.getMethod()) || HttpStatus.hasNoBody(response.getStatus())) {
            missing = 0;
        } else if (hasLength()) {
            missing = response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        } else if (version() == HttpVersion.HTTP_1_1) {
            response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED);
        }
    }

    private boolean hasLength() {
        return response.getHeaders().contains(HttpHeader.CONTENT_LENGTH);
    }

    private HttpVersion version() {
        return request.getConnectionMetaData().getHttpVersion();
    }

    @Override
    public void abort() {
        aborted = true;
        // Other requests of a connection of HTTP/2 go on; completing resets the stream alone.
        if (!RequestInFlight.isAlone(request)) return;
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        boolean unmarked = version() == HttpVersion.HTTP_1_0 && !hasLength();
        ClientEndPoint client = unmarked ? ClientEndPoint.beneath(endPoint) : null;
        if (client == null) endPoint.close();
        else
            client.closeAtOnce();
    }

    /// Ends the stream, unless the last piece has ended it or it was aborted.
    void complete(Callback callback) {
        if (aborted) {
            callback.failed(new EofException("The stream was cut short"));
        } else {
            callback.succeeded();
        }
    }
}
