package dev.structured.service.server;

import dev.structured.service.edge.Answer;
import dev.structured.service.edge.Edge;
import dev.structured.service.edge.RequestId;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.RetryLater;
import dev.structured.service.edge.Verdict;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers with a problem in place of Jetty's HTML: malformed heads, exceeded limits, failed handlers.
///
/// Replaces the whole error page and not only its text, so that every method gets a body, and no header names
/// the server.
final class ProblemHandler extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final RequestRecords records;
    private final Edge edge;

    ProblemHandler(RequestRecords records, Edge edge) {
        this.records = records;
        this.edge = edge;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        RequestRecord failed = records.of(request);
        int status = status(request.getAttribute(ERROR_EXCEPTION), response);
        if (status == 500) bug(failed);
        Answer answer = edge.answer(ServerProblems.of(status, request.getHttpURI()), failed.id())
                .with(edge.browserHeaders(new RequestFields(request.getHeaders())))
                .with(RequestId.HEADER, failed.id());
        long bytes = answer.encoded().remaining();
        Answers.write(status == 503 ? RetryLater.on(answer) : answer, response, Callback.from(() -> {
            failed.problemWritten(bytes);
            callback.succeeded();
        }, callback::failed));
        return true;
    }

    private static void bug(RequestRecord failed) {
        failed.verdict(Verdict.BUG);
        LOG.error("A request failed before its route; Jetty's warning says where. Request id {}",
                failed.id());
    }

    private static int status(@Nullable Object failure, Response response) {
        return switch (failure) {
            case HttpException refused -> refused.getCode();
            // The connection was closed in the middle of a head: idle, or too slow. Only the log will show
            // this.
            case EofException _ -> 408;
            case null, default -> response.getStatus();
        };
    }
}
