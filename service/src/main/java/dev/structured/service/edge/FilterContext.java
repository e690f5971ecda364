package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.admission.Ticket;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.config.Priority;
import dev.structured.service.record.Recorder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The values that the filters of one request share. Each is set by the filter that its setter names, and may
/// be read by the filters after it.
final class FilterContext {
    private static final byte[] NO_BODY = {};

    private final ClientRequest request;
    private final Client client;
    private final RequestRecord requestRecord;
    private final RouteTable table;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private RouteTable.@Nullable Match match;
    private byte[] body = NO_BODY;
    private @Nullable String vary;
    private @Nullable PageType type;
    private Map<String, List<String>> query = Map.of();
    private @Nullable JsonNode json;
    private @Nullable Duration timeLeft;
    private Function<Map<String, String>, AnswerStream> streams;
    private int notModifiedBytes = -1;
    private Map<String, JsonNode> caller = Map.of();
    private String callerKey = "";
    private Priority priority = Priority.NORMAL;
    private @Nullable Ticket places;

    FilterContext(ClientRequest request, Client client, RequestRecord requestRecord, RouteTable table) {
        this.request = request;
        this.client = client;
        this.streams = client::stream;
        this.requestRecord = requestRecord;
        this.table = table;
    }

    ClientRequest request() {
        return request;
    }

    Client client() {
        return client;
    }

    /// Returns the facts for the log and the metrics.
    RequestRecord requestRecord() {
        return requestRecord;
    }

    /// Returns the request's id.
    String id() {
        return requestRecord.id();
    }

    /// Returns the answer with a problem as its body.
    Answer answer(ProblemDetails problem) {
        return table.problems().answer(problem, id());
    }

    /// Adds a header to the answer, whatever it will be.
    void header(String name, String value) {
        headers.put(name, value);
    }

    /// Marks the answer, whatever it will be, as dependent on a header of the request.
    void vary(String name) {
        vary = vary == null ? name : vary + ", " + name;
    }

    /// Returns an answer's headers with those that every answer gets.
    Map<String, String> headersWith(Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(own);
        all.putAll(headers);
        if (vary != null) all.merge("Vary", vary, (before, more) -> before + ", " + more);
        return all;
    }

    /// Returns the result of looking up the route.
    RouteTable.Match match() {
        return Objects.requireNonNull(match);
    }

    /// Returns the table in which the route is looked up.
    RouteTable table() {
        return table;
    }

    /// Set by [RouteFilter].
    void match(RouteTable.Match met) {
        match = met;
    }

    /// Returns the route that answers. For filters after [UnroutedFilter], which answers all requests without
    /// one.
    RouteTable.Match.Found found() {
        return (RouteTable.Match.Found) match();
    }

    /// Returns the route that answers. For filters after [UnroutedFilter].
    ServedRoute served() {
        return found().served();
    }

    /// Set by [AccessFilter].
    ///
    /// @param name the name of the client or of the token's issuer, for the log
    /// @param key identifies the client among all
    /// @param values the facts about the client, by the first word of a variable
    void caller(String name, String key, Map<String, JsonNode> values) {
        requestRecord.caller(name);
        callerKey = key;
        caller = values;
    }

    /// Returns the key that identifies the caller among all others; empty if the route does not identify
    /// clients.
    String callerKey() {
        return callerKey;
    }

    /// Set by [PriorityFilter].
    void priority(Priority known) {
        priority = known;
    }

    /// Returns the priority of the request.
    Priority priority() {
        return priority;
    }

    /// Set by [AdmissionFilter].
    void places(Ticket held) {
        places = held;
    }

    /// Gives back the places of an answer, once only the client's pace determines its remaining time.
    void leavePlaces() {
        Ticket held = places;
        if (held != null) held.close();
    }

    /// Returns the bytes of the body, if the route reads it; otherwise none.
    byte[] body() {
        return body;
    }

    /// Set by [BodyFilter].
    void body(byte[] bytes) {
        body = bytes;
    }

    /// Returns the form in which the page is sent.
    Rendering rendering() {
        return type().rendering();
    }

    /// Returns the media type of the page.
    PageType type() {
        return Objects.requireNonNull(type);
    }

    /// Set by [AcceptFilter].
    void type(PageType chosen) {
        type = chosen;
    }

    /// Returns the length of the page that is not sent, because the client has it already; negative if there
    /// is no such page.
    int notModifiedBytes() {
        return notModifiedBytes;
    }

    /// Set by [TagFilter].
    void notModifiedBytes(int length) {
        notModifiedBytes = length;
    }

    /// Returns a stream for an answer that is sent in pieces; see [Client#stream].
    AnswerStream stream(Map<String, String> head) {
        return streams.apply(head);
    }

    /// Set by [CompressionFilter].
    ///
    /// @param opener returns the stream of a head, which it may change
    void streamsBy(Function<Map<String, String>, AnswerStream> opener) {
        streams = opener;
    }

    /// Set by [InputFilter].
    void input(Map<String, List<String>> parameters, @Nullable JsonNode object) {
        query = parameters;
        json = object;
        body = NO_BODY;
    }

    /// Set by [DeadlineFilter].
    void timeLeft(@Nullable Duration left) {
        timeLeft = left;
    }

    /// Returns the time that the page may take, from now on.
    Duration allowed() {
        return PageRequest.allowed(served().route().deadline(), timeLeft);
    }

    /// Returns the request for the engine.
    PageRequest pageRequest() {
        String told = requestRecord.address();
        Origin origin = Origins.of(request, told == null ? request.address() : told, priority,
                requestRecord.traced());
        requestRecord.origin(origin);
        Recorder recorder = requestRecord.recorder();
        return new PageRequest(id(), found().params(), query,
                RequestHeaders.of(request.headers(), served().headers()), json, timeLeft, caller,
                origin, recorder == null ? null : recorder.page(), requestRecord.memory());
    }
}
