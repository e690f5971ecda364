package dev.structured.service.client;

import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;

/// Passes over a few informational answers (1xx) before the answer; Jetty alone would pass over them for
/// ever.
final class InterimAnswers extends ProcessingProtocolHandler {
    static final int MOST = 8;

    private static final String COUNT = InterimAnswers.class.getName();

    /// Returns false for any answer that the exchange is to see: the final one, `101`, and the one too many.
    @Override
    public boolean accept(Request request, Response response) {
        if (!HttpStatus.isInterim(response.getStatus())) return false;
        int count = request.getAttributes().get(COUNT) instanceof Integer before ? before + 1 : 1;
        request.attribute(COUNT, count);
        return count <= MOST;
    }
}
