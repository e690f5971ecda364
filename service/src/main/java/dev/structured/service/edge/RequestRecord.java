package dev.structured.service.edge;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.Method;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Trace;
import org.jspecify.annotations.Nullable;

/// The facts about one request for its log line and its metrics.
///
/// Every request has one, even a malformed request that never reaches the edge. Used by one thread at a time:
/// the request's own, then the one that ends it.
public final class RequestRecord {
    private final String id;
    private final RequestKind kind;
    private boolean malformed = true;
    private @Nullable RouteTable table;
    private UnsentAnswers.@Nullable Reservation reserved;
    private @Nullable String route;
    private @Nullable String caller;
    private @Nullable String address;
    private Origin origin = Origin.NONE;
    private Verdict verdict = Verdict.UNKNOWN;
    private @Nullable Recorder recorder;
    private @Nullable Trace traced;
    private long problemBytes;

    /// @param method as it was sent
    /// @param scheme `http` or `https`
    /// @param requestId the id that the client chose; null for none
    public RequestRecord(String method, String scheme, @Nullable String requestId) {
        this.id = RequestId.of(requestId);
        this.kind = new RequestKind(Method.metricName(method), scheme);
    }

    /// Returns the request's id.
    public String id() {
        return id;
    }

    /// Returns the kind of the request.
    public RequestKind kind() {
        return kind;
    }

    /// Returns the method, or `_OTHER` for a method that HTTP does not define.
    public String method() {
        return kind.method();
    }

    /// Returns `http` or `https`.
    public String scheme() {
        return kind.scheme();
    }

    /// Returns the bytes of the body of a problem that the server answered by itself, without the edge.
    public long problemBytes() {
        return problemBytes;
    }

    /// Records that the server has answered with a problem by itself.
    ///
    /// @param bytes of its body
    public void problemWritten(long bytes) {
        problemBytes = bytes;
    }

    /// Returns true if the server could not read the request.
    public boolean malformed() {
        return malformed;
    }

    /// Returns the path template of the route that matched, or null without one.
    public @Nullable String route() {
        return route;
    }

    /// Returns the name of the client; null if the route does not identify clients.
    public @Nullable String caller() {
        return caller;
    }

    /// Records the name of the client.
    void caller(String name) {
        caller = name;
    }

    /// Returns the client's address as trusted proxies report it; null if no proxy is trusted, or the request
    /// never reached the edge.
    public @Nullable String address() {
        return address;
    }

    /// Records the client's address as trusted proxies report it.
    void address(String known) {
        address = known;
    }

    /// Returns the id of the trace that the request belongs to, 32 hexadecimal digits; null if neither the
    /// client nor a downstream's `send` began one.
    public @Nullable String traceId() {
        if (traced != null) return traced.id();
        String traceparent = origin.traceparent();
        return traceparent == null ? null : Trace.idOf(traceparent);
    }

    /// Returns the trace that the request belongs to, by W3C Trace Context; null if it belongs to none.
    public @Nullable String traceparent() {
        return traced == null ? origin.traceparent() : traced.traceparent();
    }

    /// Returns the request's own span; null if no traces are made.
    public @Nullable Trace traced() {
        return traced;
    }

    /// Sets the request's own span.
    public void tracedAs(Trace span) {
        traced = span;
    }

    /// Records the origin of the request.
    void origin(Origin known) {
        origin = known;
    }

    /// Returns the recorder of the request; null if it is not recorded.
    public @Nullable Recorder recorder() {
        return recorder;
    }

    /// Sets the recorder of the request.
    public void recordedBy(Recorder begun) {
        recorder = begun;
    }

    /// Returns the outcome of the request.
    public Verdict verdict() {
        return verdict;
    }

    /// Records that the server could read the request.
    void wellFormed() {
        malformed = false;
    }

    /// Records the path template of the route that matched.
    void route(String template) {
        route = template;
        if (recorder != null) recorder.routed(method() + " " + template);
    }

    /// Records the outcome of the request.
    public void verdict(Verdict decided) {
        verdict = decided;
        if (recorder != null) recorder.decided();
    }

    /// Records the table that is held for the request.
    void table(RouteTable held) {
        table = held;
    }

    /// Records the memory that is reserved for the answer.
    void reserved(UnsentAnswers.Reservation memory) {
        reserved = memory;
    }

    /// Returns the memory for the answers to the request's calls.
    AnswerMemory memory() {
        return reserved == null ? AnswerMemory.UNLIMITED : reserved;
    }

    /// Releases the table and the memory for the answer that are held for the request. Must be called once,
    /// when the request has ended.
    public void ended() {
        if (reserved != null) reserved.release();
        reserved = null;
        if (table != null) table.release();
        table = null;
    }
}
