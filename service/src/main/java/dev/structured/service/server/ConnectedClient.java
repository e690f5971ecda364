package dev.structured.service.server;

import dev.structured.core.CancelScope;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.AnswerStream;
import dev.structured.service.edge.Client;
import dev.structured.service.edge.ReceivedBody;
import dev.structured.service.record.Cause;
import dev.structured.service.record.Recorder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The client at the other end of a connection.
final class ConnectedClient implements Client {
    /// The longest body that is dropped for a connection to be kept.
    private static final int SHORT_BYTES = 16 * 1024;

    private final Request request;
    private final Response response;
    private final Scheduler scheduler;
    private final ServerConfig config;
    private final @Nullable Recorder recorder;
    private @Nullable ResponseStream stream;
    /// Ends the watch, before the answer is complete: what the client sends then is its next request.
    private volatile Runnable completing = () -> {};
    private volatile boolean left;
    /// Whether the body was read to its end.
    private boolean bodyRead;
    /// Whether the request was cancelled because the client has left.
    private boolean abandoned;

    /// @param recorder records the request; null if it is not recorded
    ConnectedClient(Request request, Response response, Scheduler scheduler, ServerConfig config,
            @Nullable Recorder recorder) {
        this.recorder = recorder;
        this.request = request;
        this.response = response;
        this.scheduler = scheduler;
        this.config = config;
    }

    @Override
    public ReceivedBody readBody(int mostBytes, boolean keep) throws IOException {
        BodyReader body = new BodyReader(request, mostBytes, keep, SlowClients.of(request));
        BodyReader.Progress progress = body.readArrived();
        if (progress == BodyReader.Progress.WAITING) progress = await(body);
        return switch (progress) {
            case READ -> {
                bodyRead = true;
                yield new ReceivedBody.Complete(body.bytes());
            }
            case TOO_LARGE -> new ReceivedBody.TooLarge();
            case MALFORMED -> new ReceivedBody.Malformed();
            case WAITING, TOO_SLOW -> new ReceivedBody.TooSlow();
        };
    }

    @Override
    public boolean dropArrivedBody() {
        if (bodyRead) return true;
        // To read would be to answer 100.
        if (request.getHeaders().contains(HttpHeader.EXPECT)) return false;
        try {
            BodyReader body = new BodyReader(request, SHORT_BYTES, false, SlowClients.of(request));
            bodyRead = body.readArrived() == BodyReader.Progress.READ;
        } catch (IOException _) {
            return false;
        }
        return bodyRead;
    }

    /// Waits for a body that has not arrived with its head.
    private BodyReader.Progress await(BodyReader body) throws IOException {
        return scheduler.call("request body", body::readRest);
    }

    @Override
    public Optional<Answer> await(String task, Work work) throws BadRequestException {
        CancelScope client = cancellable();
        ScopeResult<Answer> result = scheduler.call(task, () -> {
            try (ClientWatch watch = ClientWatch.open(request, config.halfClose(), () -> left(client))) {
                completing = watch::close;
                return client.call(() -> work.make(client));
            } finally {
                // The scope refers to its task, and the task to the page.
                if (recorder != null) recorder.cancellable(null);
            }
        });
        return outcome(result);
    }

    private Optional<Answer> outcome(ScopeResult<Answer> result) {
        return switch (result) {
            case ScopeResult.Completed<Answer>(Answer answer) -> Optional.of(answer);
            case ScopeResult.Cancelled<Answer> _ -> {
                abandoned = left;
                yield Optional.empty();
            }
        };
    }

    /// Returns the scope of the work for this client, which operators can cancel too.
    private CancelScope cancellable() {
        CancelScope client = new CancelScope("client");
        if (recorder != null) recorder.cancellable(() -> client.cancel("an operator cancelled it"));
        return client;
    }

    private void left(CancelScope client) {
        left = true;
        if (recorder != null) recorder.cancels(Cause.Kind.CLIENT_GONE, null);
        client.cancel("the client went away");
    }

    @Override
    public Optional<Answer> exchange(String task, Exchange work) {
        CancelScope client = cancellable();
        ScopeResult<Answer> result;
        try {
            result = scheduler.call(task, () -> {
                try (BodyStream body = body(() -> left(client))) {
                    completing = body::unwatch;
                    return client.call(() -> work.make(client, body));
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The thread of a request was interrupted from outside", e);
        }
        return outcome(result);
    }

    private BodyStream body(Runnable gone) {
        return bodyRead
                ? BodyStream.ended(request, config, gone)
                : BodyStream.of(request, config, gone);
    }

    @Override
    public AnswerStream stream(int status, List<HeaderField> fields) {
        stream = new ResponseStream(request, response, status, fields, () -> completing.run());
        return stream;
    }

    @Override
    public <T extends @Nullable Object> T call(String task, Supplier<T> code) {
        return scheduler.call(task, code::get);
    }

    @Override
    public AnswerStream stream(Map<String, String> headers) {
        stream = new ResponseStream(request, response, headers, () -> completing.run());
        return stream;
    }

    /// Ends the exchange: sends the answer, unless it has been sent in pieces or the client has gone. Does
    /// not block.
    ///
    /// @param callback completed when the last byte was written, or could not be
    void finish(Answer answer, Callback callback) {
        if (abandoned && stream == null) {
            // Jetty closes the connection then, or resets the stream, and writes nothing.
            callback.failed(new Request.Handler.AbortException("The client has gone"));
        } else if (stream == null) {
            Answers.write(answer, response, callback);
        } else {
            stream.complete(callback);
        }
    }
}
