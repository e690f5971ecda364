package dev.structured.service.server;

import dev.structured.service.aggregate.SetCookies;
import dev.structured.service.edge.Answer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Writes whole answers to Jetty: head and body in one write, the body as it was encoded.
final class Answers {
    private Answers() {}

    /// Writes `answer` without blocking, then completes `callback`.
    static void write(Answer answer, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        response.setStatus(answer.status());
        String type = answer.contentType();
        if (type != null) headers.put(HttpHeader.CONTENT_TYPE, type);
        answer.headers().forEach((name, value) -> {
            if (!name.equals(SetCookies.NAME)) headers.put(name, value);
            else
                SetCookies.values(value).forEach(each -> headers.add(HttpHeader.SET_COOKIE, each));
        });
        var body = answer.encoded();
        if (type != null) headers.put(HttpHeader.CONTENT_LENGTH, body.remaining());
        // Jetty sends the length 0 with an empty last piece; in a 304 that would be the length of the
        // client's page.
        boolean last = answer.status() != HttpStatus.NOT_MODIFIED_304;
        response.write(last, body, callback);
    }
}
