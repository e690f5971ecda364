package dev.structured.service.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.aggregate.Backend;
import dev.structured.service.aggregate.BackendException;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// One downstream, called over HTTP/1.1.
///
/// A call is one request on one connection: never sent twice, never redirected. The answer counts when its
/// body is complete. A 2xx body is one JSON value by the rules of [StrictJson], whatever the media type says,
/// so an empty one (204 too) is `INVALID_JSON`. Of any other answer only the status counts; its body is read,
/// within the limit, and dropped. Thread-safe.
final class HttpBackend implements Backend {
    private static final String CANCELLED = "cancelled";

    private final DownstreamConfig config;
    private final Target target;
    private final JettyClient client;
    private final CallObserver observer;
    private final AtomicInteger calls = new AtomicInteger();

    HttpBackend(DownstreamConfig config, Target target, JettyClient client, CallObserver observer) {
        this.config = config;
        this.target = target;
        this.client = client;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException if the call could reach anything else than the path it names, or is
    ///     no GET
    @Override
    public Reply call(Call call) throws BackendException, InterruptedException {
        if (call.method() != Method.GET) {
            throw new IllegalArgumentException(
                    "Downstreams are called by GET, but the call is a " + call.method());
        }
        URI uri = target.resolve(call.path());
        Exchange exchange = new Exchange(config.maxBodyBytes());
        String errorType = CANCELLED;
        long began = System.nanoTime();
        observer.callStarted(config.name(), target.host(), target.port());
        try {
            Reply reply = withinLimit(uri, exchange);
            errorType = null;
            return reply;
        } catch (BackendException e) {
            errorType = e.type().label();
            throw e;
        } finally {
            observer.callEnded(config.name(), target.host(), target.port(), call.method().name(),
                    call.template(),
                    exchange.status(), errorType, System.nanoTime() - began);
        }
    }

    /*
     * Counted here and not by Jetty's queue, through which every call passes, also those with a free
     * connection.
     */
    private Reply withinLimit(URI uri, Exchange exchange) throws BackendException, InterruptedException {
        int most = config.maxConnections() + config.maxQueued();
        try {
            if (calls.incrementAndGet() > most) {
                throw new BackendException(ErrorType.LIMIT_EXCEEDED, "More than " + most + " calls at once",
                        null);
            }
            return reply(uri, exchange);
        } finally {
            calls.decrementAndGet();
        }
    }

    private Reply reply(URI uri, Exchange exchange) throws BackendException, InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException("Interrupted before the call");
        try {
            exchange.run(client.newRequest(uri));
            return read(exchange);
        } catch (RuntimeException e) {
            throw new BackendException(ErrorType.PROTOCOL, "Unexpected: " + e, e);
        }
    }

    private static Reply read(Exchange exchange) throws BackendException {
        @Nullable
        Integer status = exchange.status();
        if (status == null)
            throw new BackendException(ErrorType.PROTOCOL, "An answer without a status", null);
        if (!HttpStatus.isSuccess(status)) return new Reply(status, MissingNode.getInstance());
        if (!exchange.head().isUtf8()) throw StrictJson.invalid("the charset is not UTF-8", null);
        JsonNode body = StrictJson.read(exchange.body());
        if (!exchange.head().isDelimited() && !body.isContainerNode()) {
            throw new BackendException(ErrorType.INCOMPLETE, "A number cut short would look the same", null);
        }
        return new Reply(status, body);
    }

    @Override
    public String toString() {
        return "HttpBackend[" + config.name() + " " + target.base() + "]";
    }
}
