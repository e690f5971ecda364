package dev.structured.service.server;

import dev.structured.service.edge.Answer;
import dev.structured.service.edge.RequestId;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Writes an [Answer], through Javalin or to Jetty itself.
final class Replies {
    private Replies() {}

    /// Hands the whole answer to Javalin, which writes it when the handler has returned. The front door has put the
    /// request's id among its headers.
    static void write(Answer answer, Context ctx) {
        byte[] body = answer.bytes();
        ctx.status(answer.status()).contentType(answer.contentType());
        answer.headers().forEach(ctx::header);
        ctx.res().setContentLength(body.length);
        ctx.result(body);
    }

    /// Writes the whole answer without blocking, then completes `callback`. Puts the request's id among the headers
    /// again: Jetty clears them when it turns to an error.
    static void write(Answer answer, Exchange exchange, Response response, Callback callback) {
        byte[] body = answer.bytes();
        HttpFields.Mutable headers = response.getHeaders();
        response.setStatus(answer.status());
        headers.put(HttpHeader.CONTENT_TYPE, answer.contentType());
        headers.put(RequestId.HEADER, exchange.id());
        answer.headers().forEach(headers::put);
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
