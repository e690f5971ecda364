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

/// Writes the errors of the admin listener as problem details (RFC 9457), also those that Jetty would write
/// as HTML.
///
/// Their texts are fixed: nothing that a client sent appears in them.
final class AdminProblems extends ErrorHandler {

    private static final String MEDIA_TYPE = "application/problem+json";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = request.getAttribute(ERROR_EXCEPTION) instanceof HttpException e
                ? e.getCode()
                : response.getStatus();
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, MEDIA_TYPE);
        AdminGate.SECURITY_HEADERS.forEach(response.getHeaders()::put);
        byte[] body = problem(status).getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    /// Sets the answer to the problem of the given status.
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
            case 401 -> "The admin listener needs its token, as 'Authorization: Bearer TOKEN'.";
            case 403 -> "This is not allowed: the listener is read-only, or a web page sent the request.";
            case 405 -> "Use GET; for /config/reload and /config/rollback, use POST.";
            case 421 -> "This name of the admin listener is not in ADMIN_HOSTS.";
            case 503 -> "Too many answers of this page wait to be read.";
            case 414, 431 -> "The request line or the headers are longer than the admin listener accepts.";
            case 500 -> "The admin listener failed; the log of the service says why.";
            default -> "The admin listener cannot answer such a request.";
        };
    }
}
