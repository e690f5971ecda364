package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.Method;
import dev.structured.service.record.AttemptRecorder;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A call of a downstream.
///
/// @param method the HTTP method
/// @param path the path and query as they are sent: encoded, beginning with `/`
/// @param template the path before its variables were filled in; used as a metric label, so it holds no
///     client's value
/// @param headers the headers that are sent besides the downstream's own; names in lower case, values valid
///     on the wire
/// @param body the JSON body; null for none
/// @param wanted the names of the answer's headers that the caller reads, in lower case
/// @param requestId the id of the request that the call is made for, which is sent too; two calls that differ
///     only in it are equal calls. Null for none
/// @param origin where that request came from; two calls that differ only in it are equal calls
/// @param mayRetry whether the call may be sent again after a failure
/// @param mayHedge whether the call may be sent a second time while the first is in flight
/// @param tried the endpoints that its attempts went to; null for a call that is one attempt
/// @param attempt records this attempt; null if it is not recorded
/// @param validators the validators of a kept answer: the downstream answers 304 if they are still current.
///     Null for a call that needs the answer in any case
/// @param memory for the answer; two calls that differ only in it are equal calls
/// @param whole true if nobody reads inside the answer, so that it may be [spliced][SplicedJson]
/// @param passage the request and answer that are passed on, instead of JSON; the call has its method. Null
///     for a call of a part
public record Call(Method method, String path, String template, Map<String, String> headers,
        @Nullable JsonNode body, Set<String> wanted, @Nullable String requestId, Origin origin,
        boolean mayRetry, boolean mayHedge, @Nullable Tried tried,
        @Nullable AttemptRecorder attempt, @Nullable Validators validators, AnswerMemory memory,
        boolean whole, @Nullable Passage passage) {

    /// The name of the header with which a call asks for the downstream's problem. Calls want this header for
    /// no other purpose.
    public static final String WANTS_PROBLEM = "content-type";

    /// The methods that may be sent twice (RFC 9110, 9.2.2).
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    public Call {
        headers = Map.copyOf(headers);
        wanted = Set.copyOf(wanted);
    }

    /// Makes a call without earlier attempts.
    public Call(Method method, String path, String template, Map<String, String> headers,
            @Nullable JsonNode body, Set<String> wanted, @Nullable String requestId, Origin origin,
            boolean mayRetry, boolean mayHedge) {
        this(method, path, template, headers, body, wanted, requestId, origin, mayRetry, mayHedge, null,
                null, null, AnswerMemory.UNLIMITED, false, null);
    }

    /// Makes a call that passes a request on.
    ///
    /// @param path the path and query as they are sent
    /// @param template names the path in metrics
    public static Call passing(Passage passage, String path, String template, String requestId,
            Origin origin) {
        boolean repeatable = passage.length() == 0 && REPEATABLE.contains(passage.method());
        return new Call(Method.GET, path, template, Map.of(), null, Set.of(), requestId, origin, repeatable,
                false, null, null, null, AnswerMemory.UNLIMITED, false, passage);
    }

    /// Returns this call with another passage.
    public Call with(Passage other) {
        return copy(tried, attempt, validators, other);
    }

    /// Makes a call that belongs to no request.
    public Call(Method method, String path, String template, Map<String, String> headers,
            @Nullable JsonNode body,
            Set<String> wanted, boolean mayRetry, boolean mayHedge) {
        this(method, path, template, headers, body, wanted, null, Origin.NONE, mayRetry, mayHedge);
    }

    /// Returns a GET without headers or body, which may be retried and hedged.
    public static Call get(String path, String template) {
        return new Call(Method.GET, path, template, Map.of(), null, Set.of(), null, Origin.NONE, true, true);
    }

    /// Returns this call in a form that allows several attempts, each at another endpoint.
    public Call tracked() {
        return copy(new Tried(), attempt, validators, passage);
    }

    /// Returns this call with a recorder for its attempt.
    public Call recordedBy(@Nullable AttemptRecorder recorder) {
        if (recorder == attempt) return this;
        return copy(tried, recorder, validators, passage);
    }

    /// Returns this call as one that is answered with 304 if the kept answer is still current.
    public Call asking(Validators kept) {
        return copy(tried, attempt, kept, passage);
    }

    /// Returns this call as one that is made for no request.
    public Call forNoRequest() {
        return new Call(method, path, template, headers, body, wanted, null, Origin.NONE, mayRetry, mayHedge,
                null, null, validators, AnswerMemory.UNLIMITED, whole, passage);
    }

    private Call copy(@Nullable Tried tries, @Nullable AttemptRecorder recorder, @Nullable Validators kept,
            @Nullable Passage passing) {
        return new Call(method, path, template, headers, body, wanted, requestId, origin, mayRetry, mayHedge,
                tries, recorder, kept, memory, whole, passing);
    }

    /// Returns true if it is made with credentials, so that its answer may be for one client only.
    public boolean hasCredentials() {
        return !headers.isEmpty() && (headers.containsKey("authorization") || headers.containsKey("cookie"));
    }

    /// Returns the name of the method.
    public String methodName() {
        return passage == null ? method.name() : passage.method();
    }

    /// Returns true if the time of the rest depends on the client: the downstream has begun to answer since
    /// the stopwatch was started, or waits for a piece of the request that the client has not sent yet.
    public boolean isLeftToClient(Stopwatch watch) {
        return passage != null && (passage.isReading() || hasBegun(passage, watch));
    }

    /// Returns a stopwatch that shows the time of the downstream. For a passage, that is the time from the
    /// last piece of the request to the beginning of the answer: the rest is the client's time.
    public Stopwatch measured(Stopwatch watch) {
        if (passage == null) return watch;
        long now = watch.scheduler().nanoTime();
        long until = hasBegun(passage, watch) ? passage.begunAt() : now;
        long from = passage.readAt() == 0 ? watch.began() : Math.max(watch.began(), passage.readAt());
        return new Stopwatch(watch.scheduler(), now - Math.max(0, until - from), watch.deadline());
    }

    /// An earlier attempt may have had an answer whose body never came.
    private static boolean hasBegun(Passage passage, Stopwatch watch) {
        long at = passage.begunAt();
        return at != 0 && at - watch.began() >= 0;
    }
}
