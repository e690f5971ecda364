package dev.structured.service.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.core.Scheduler;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.ClientRequest;
import dev.structured.service.edge.Edge;
import dev.structured.service.edge.Headers;
import dev.structured.service.edge.ProblemDetails;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The edge as specs use it: the same filters as in the service, without a server before them.
final class SpecEdge {
    /// The id of requests that have none, so that the answers of specs are the same every time.
    private static final String NO_ID = "-";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final Edge edge;
    private final UrlCheck urls;

    SpecEdge(RouteTable table, ServerConfig limits, UrlCheck urls) {
        this.urls = urls;
        this.edge = new Edge(limits, table, () -> true, RequestObserver.NONE);
    }

    /// A request as its client sends it.
    ///
    /// @param path encoded, without the query
    /// @param query decoded
    /// @param body null for none
    /// @param timeLeft the time limit of the client, in addition to the headers; null for no limit
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sent(String method, String path, Map<String, List<String>> query, Map<String, String> headers,
            byte @Nullable [] body, @Nullable Duration timeLeft) {}

    /// An answer as its client gets it.
    ///
    /// @param headers names in lower case; without those that depend on the connection, such as
    ///     `Content-Length`
    /// @param body JSON; a list of the events of an answer that is sent in pieces; missing without a body
    /// @param outcome `complete`, `partial`, `failed` or `refused`
    /// @param missing the reasons why parts are missing, or why a stand-in was needed, by part
    record Answered(int status, Map<String, String> headers, JsonNode body, String outcome,
            Map<String, String> missing) {}

    /// Answers a request. Must be called from a task. Blocks. **Checkpoint.**
    Answered answer(Sent sent) {
        Headers headers = Headers.of(sent.headers());
        String id = headers.first("X-Request-Id");
        RequestRecord requestRecord = new RequestRecord(sent.method(), "http", id == null ? NO_ID : id);
        SpecClient client = new SpecClient(sent.body());
        Scheduler scheduler = Scheduler.current();
        ClientRequest request = new ClientRequest(sent.method(), headers.first("Host"), sent.path(),
                query(sent.query()), headers,
                scheduler, scheduler.nanoTime(), "127.0.0.1", "http", sent.timeLeft());
        try {
            ProblemDetails refused = urls.refusal(sent.path());
            Answer answer = refused == null
                    ? edge.answer(request, requestRecord, client)
                    : edge.answer(refused, requestRecord.id());
            return answered(answer, client, requestRecord, sent.method());
        } catch (IOException e) {
            throw new IllegalStateException("The client of a spec breaks no connection", e);
        } finally {
            requestRecord.ended();
        }
    }

    private static @Nullable String query(Map<String, List<String>> parameters) {
        if (parameters.isEmpty()) return null;
        StringJoiner query = new StringJoiner("&");
        parameters.forEach(
                (name, values) -> values.forEach(value -> query.add(encoded(name) + "=" + encoded(value))));
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Answered answered(Answer answer, SpecClient client, RequestRecord requestRecord,
            String method) {
        boolean streamed = client.hasStreamed();
        Map<String, String> headers = new LinkedHashMap<>();
        String contentType = answer.contentType();
        if (contentType != null && !streamed) headers.put("content-type", contentType);
        (streamed ? client.streamHeaders() : answer.headers())
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        JsonNode body = streamed ? client.streamBody() : body(answer);
        Map<String, String> missing = new LinkedHashMap<>();
        requestRecord.verdict().parts().forEach(part -> missing.put(part.part(), part.type().label()));
        return new Answered(streamed ? client.streamStatus() : answer.status(), headers,
                method.equals("HEAD") ? MissingNode.getInstance() : body, requestRecord.verdict().outcome(),
                missing);
    }

    /// Returns the bytes that are sent, read again: an answer may hold values that only become JSON when it
    /// is written.
    private static JsonNode body(Answer answer) {
        ObjectNode body = answer.body();
        if (body == null) return MissingNode.getInstance();
        try {
            return JSON.readTree(body.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer is not JSON", e);
        }
    }
}
