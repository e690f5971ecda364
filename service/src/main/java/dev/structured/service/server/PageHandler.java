package dev.structured.service.server;

import dev.structured.core.Scheduler;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.ClientRequest;
import dev.structured.service.edge.Edge;
import dev.structured.service.edge.Headers;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.Verdict;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// Carries every well-formed request from Jetty to the edge, and its answer back, without a servlet layer in
/// between.
final class PageHandler extends Handler.Abstract {
    private final Edge edge;
    private final Scheduler scheduler;
    private final RequestRecords records;
    private final ServerConfig config;
    private volatile boolean closing;

    PageHandler(Edge edge, Scheduler scheduler, RequestRecords records, ServerConfig config) {
        this.edge = edge;
        this.scheduler = scheduler;
        this.records = records;
        this.config = config;
    }

    /// Has every answer from now on close its connection.
    void closeAfterAnswers() {
        closing = true;
    }

    /// Called on a virtual thread; blocks until the answer is made.
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        int refused = refusal(request);
        if (refused != 0) {
            if (!isHttp2(request)) response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            Response.writeError(request, response, callback, refused);
            return true;
        }
        String path = request.getHttpURI().getPath();
        if (path != null && !PublicUrls.isReadBehindParameters(path)) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        // The route's deadline bounds a request in flight; its connection may be silent during that time.
        request.addIdleTimeoutListener(_ -> false);
        RequestRecord requestRecord = records.of(request);
        ConnectedClient client = new ConnectedClient(request, response, scheduler, config,
                requestRecord.recorder());
        Answer answer = answer(request, requestRecord, client);
        if (closing && !response.isCommitted())
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        client.finish(answer, callback);
        return true;
    }

    /// Returns the status with which a request is refused for the form of its message; 0 if it is not.
    private static int refusal(Request request) {
        // Whatever follows is no body: Jetty gives none of it, not even its end, over HTTP/2.
        if (HttpMethod.CONNECT.is(request.getMethod())) return HttpStatus.NOT_IMPLEMENTED_501;
        HttpFields fields = request.getHeaders();
        if (!isHttp2(request)) return TransferCodings.refusal(fields);
        boolean malformed = !Http2Fields.isMethod(request.getMethod()) || Http2Fields.areMalformed(fields);
        return malformed ? HttpStatus.BAD_REQUEST_400 : 0;
    }

    private static boolean isHttp2(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
    }

    private Answer answer(Request request, RequestRecord requestRecord, ConnectedClient client)
            throws Exception {
        try {
            return edge.answer(plain(request), requestRecord, client);
        } catch (EofException e) {
            // Thrown for a malformed body too.
            if (BrokenBody.hasClientGone(request, e)) requestRecord.verdict(Verdict.CLIENT_GONE);
            throw e;
        }
    }

    private ClientRequest plain(Request request) {
        HttpFields fields = request.getHeaders();
        Headers headers = new RequestFields(fields);
        long begun = scheduler.nanoTime() - NanoTime.since(request.getBeginNanoTime());
        return new ClientRequest(request.getMethod(), host(request), request.getHttpURI().getPath(),
                request.getHttpURI().getQuery(), headers, scheduler, begun,
                ClientEndPoint.address(request), RequestRecords.scheme(request), null);
    }

    /// Over HTTP/2, the host may be in either place: see [Http2Host].
    private static @Nullable String host(Request request) {
        String host = request.getHttpURI().getHost();
        return host == null ? request.getHeaders().get(HttpHeader.HOST) : host;
    }
}
