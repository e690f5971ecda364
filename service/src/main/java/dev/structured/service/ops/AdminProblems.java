package dev.structured.service.ops;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// The admin listener's errors as problems of RFC 9457: also where Jetty would write its own HTML.
///
/// Made of fixed texts only; nothing that a client sent is in them.
final class AdminProblems extends ErrorHandler {

    private static final String MEDIA_TYPE = "application/problem+json";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = request.getAttribute(ERROR_EXCEPTION) instanceof HttpException e
                ? e.getCode()
                : response.getStatus();
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, MEDIA_TYPE);
        byte[] body = problem(status).getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    /// Makes the problem of its status the answer.
    static void answer(Context ctx, int status) {
        ctx.status(status).contentType(MEDIA_TYPE).result(problem(status));
    }

    private static String problem(int status) {
        return """
                {"type":"about:blank","title":"%s","status":%d,"detail":"%s"}"""
                .formatted(HttpStatus.getMessage(status), status, detail(status));
    }

    private static String detail(int status) {
        return switch (status) {
            case 404 -> "The admin listener has no such path. GET / lists its paths.";
            case 403 -> "A page of another origin may not change anything here.";
            case 405 -> "Most of this is read with GET; /config/reload and /config/rollback want POST.";
            case 414, 431 -> "The request's line or headers are longer than the admin listener reads.";
            case 500 -> "The admin listener failed; the service's log has more.";
            default -> "The admin listener cannot answer such a request.";
        };
    }
}
