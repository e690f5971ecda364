package dev.structured.service.client;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SplicedJson;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.aggregate.StrictJson;
import dev.structured.service.client.CallObserver.EndedCall;
import dev.structured.service.client.CallObserver.Peer;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.record.AttemptRecorder;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// One downstream, called over HTTP.
///
/// A call is one request that the downstream processes: never sent twice, never redirected. The answer counts
/// when its body is complete. A 2xx body is one JSON value by the rules of [StrictJson], whatever its media
/// type. If the answer is declared empty (204, 205, a length of 0) its value is JSON's `null`; one without
/// any bytes whose end is just that of the connection may have been cut short, and fails. Only the head of
/// any other answer counts; its body is read, within the limit, and dropped. Thread-safe.
final class HttpDownstream implements OpenedDownstream {
    private static final String CANCELLED = "cancelled";

    private final DownstreamConfig config;
    private final Target target;
    private final Peer peer;
    private final String endpoint;
    private final @Nullable String address;
    private final RequestHead head;
    final Connections connections;
    private final CallObserver observer;
    private final Runnable release;

    /// @param release releases the connections; a second run does nothing
    HttpDownstream(DownstreamConfig config, Target target, Connections connections, CallObserver observer,
            Runnable release) {
        this.config = config;
        this.target = target;
        this.peer = new Peer(config.name(), target.host(), target.port());
        this.endpoint = target.host() + ":" + target.port();
        this.address = target.knownAddress();
        this.head = new RequestHead(config, target.authority());
        this.connections = connections;
        this.observer = observer;
        this.release = release;
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException if the call could reach anything other than the path it names, or has
    ///     a body that its method cannot have
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        return call(call, observer);
    }

    @Override
    public Reply probe(Call call) throws DownstreamException, InterruptedException {
        return call(call, CallObserver.NONE);
    }

    private Reply call(Call call, CallObserver told) throws DownstreamException, InterruptedException {
        JsonNode body = call.body();
        if (body != null && !call.method().mayHaveBody()) {
            throw new IllegalArgumentException("A " + call.method() + " has no body, but the call has one");
        }
        String path = target.resolve(call.path());
        AttemptRecorder recorder = call.attempt();
        Passage passage = call.passage();
        ClientExchange exchange = passage == null
                ? new ClientExchange(config.maxBodyBytes(), call.wanted(), config.encodings(), call.memory(),
                        recorder)
                : new PassedExchange(passage, recorder);
        String errorType = CANCELLED;
        long began = System.nanoTime();
        Stopwatch passing = passage == null ? null : Stopwatch.start();
        told.callStarted(peer);
        if (recorder != null) {
            if (address != null) recorder.addressed(address);
            recorder.connecting(endpoint, call.methodName(), call.template());
        }
        try {
            Reply reply = withinLimit(call, path, exchange);
            exchange.bodyRead();
            errorType = null;
            return reply;
        } catch (DownstreamException e) {
            errorType = e.type().label();
            throw e;
        } finally {
            if (errorType != null) exchange.dropped();
            told.callEnded(new EndedCall(peer, Method.metricName(call.methodName()), call.template(),
                    exchange.status(),
                    errorType, passing == null
                            ? System.nanoTime() - began
                            : call.measured(passing).elapsed()));
            if (recorder != null) recorder.ended(status(exchange), errorType);
        }
    }

    private static int status(ClientExchange exchange) {
        Integer status = exchange.status();
        return status == null ? 0 : status;
    }

    private Reply withinLimit(Call call, String path, ClientExchange exchange)
            throws DownstreamException, InterruptedException {
        int most = connections.key.mostCalls();
        try {
            if (connections.calls.incrementAndGet() > most) {
                throw new DownstreamException(ErrorType.LIMIT_EXCEEDED,
                        "More than " + most + " calls at once",
                        null);
            }
            return reply(call, path, exchange);
        } finally {
            connections.calls.decrementAndGet();
        }
    }

    private Reply reply(Call call, String path, ClientExchange exchange)
            throws DownstreamException, InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException("Interrupted before the call");
        try {
            JsonNode body = call.body();
            byte[] bytes = body == null ? null : RequestBody.write(body);
            Transport transport = call.passage() == null ? connections.transport : connections.passing;
            transport.exchange(new OutgoingRequest(head, call, path, bytes), exchange);
            return read(call, exchange);
        } catch (RuntimeException e) {
            throw new DownstreamException(ErrorType.PROTOCOL, "Unexpected: " + e, e);
        }
    }

    /// Returns the reply to a call. For an answer that was passed back it has only the status, for the
    /// guards.
    private Reply read(Call call, ClientExchange exchange) throws DownstreamException {
        @Nullable
        Integer status = exchange.status();
        if (status == null)
            throw new DownstreamException(ErrorType.PROTOCOL, "An answer without a status", null);
        ReplyHead head = exchange.head();
        if (call.passage() != null) {
            return new Reply(status, MissingNode.getInstance(), head.kept(), Freshness.UNKNOWN);
        }
        JsonNode body = HttpStatus.isSuccess(status) ? body(call, status, exchange) : problem(exchange);
        return head.reply(call, status, body, config.cache() != null);
    }

    /// Returns the problem that the call wants; a missing node if the answer has none that can be read.
    private static JsonNode problem(ClientExchange exchange) {
        if (!exchange.hasProblem()) return MissingNode.getInstance();
        try {
            return StrictJson.read(exchange.body());
        } catch (NotJsonException | DownstreamException e) {
            exchange.dropped(); // the status says enough
            return MissingNode.getInstance();
        }
    }

    /// Returns the body of a 2xx; `null` if the downstream says that it is empty.
    private static JsonNode body(Call call, int status, ClientExchange exchange) throws DownstreamException {
        if (status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.RESET_CONTENT_205)
            return NullNode.getInstance();
        byte[] bytes = exchange.body();
        if (bytes.length > 0) return value(call, bytes, exchange);
        if (exchange.head().isDelimited()) return NullNode.getInstance();
        throw new DownstreamException(ErrorType.INCOMPLETE,
                "The answer's body is empty, and nothing says that it should be", null);
    }

    private static JsonNode value(Call call, byte[] bytes, ClientExchange exchange)
            throws DownstreamException {
        if (!exchange.head().isUtf8()) throw invalid("has another charset than UTF-8", exchange, null);
        JsonNode body = json(call, bytes, exchange);
        if (!exchange.head().isDelimited() && body.isNumber()) {
            throw new DownstreamException(ErrorType.INCOMPLETE, "A number cut short would look the same",
                    null);
        }
        return body;
    }

    @Override
    public void close() {
        release.run();
    }

    private static JsonNode json(Call call, byte[] body, ClientExchange exchange) throws DownstreamException {
        try {
            return call.whole() ? SplicedJson.of(body) : StrictJson.read(body);
        } catch (NotJsonException e) {
            JsonLocation place = e.place();
            throw invalid(place == null
                    ? e.why()
                    : e.why() + " at line " + place.getLineNr() + ", column " + place.getColumnNr(), exchange,
                    e);
        }
    }

    private static DownstreamException invalid(String why, ClientExchange exchange,
            @Nullable Throwable cause) {
        return new DownstreamException(ErrorType.INVALID_JSON,
                "The answer's body " + why + " (" + exchange.head().kind() + ")", cause);
    }

    @Override
    public String toString() {
        return "HttpDownstream[" + config.name() + " " + target + "]";
    }
}
