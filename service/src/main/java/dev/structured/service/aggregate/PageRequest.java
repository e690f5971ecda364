package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.record.PageRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client's request for a page, without the details of HTTP.
///
/// @param id the request's id
/// @param pathParams the values of all parameters of the route's path, decoded
/// @param query the client's query parameters, decoded
/// @param headers the client's headers that the route names; names in lower case
/// @param body the JSON body; null for none
/// @param timeLeft the time that remains of the client's own timeout; null if the client set none
/// @param caller the facts about the client, by the first word of a variable; empty if the route does not
///     identify clients
/// @param origin the origin of the request
/// @param recorder records the page; null if it is not recorded
/// @param memory for the answers to the page's calls
public record PageRequest(String id, Map<String, String> pathParams, Map<String, List<String>> query,
        Map<String, String> headers, @Nullable JsonNode body, @Nullable Duration timeLeft,
        Map<String, JsonNode> caller, Origin origin, @Nullable PageRecorder recorder, AnswerMemory memory) {

    /// Makes a request that is not recorded.
    public PageRequest(String id, Map<String, String> pathParams, Map<String, List<String>> query,
            Map<String, String> headers, @Nullable JsonNode body, @Nullable Duration timeLeft,
            Map<String, JsonNode> caller, Origin origin) {
        this(id, pathParams, query, headers, body, timeLeft, caller, origin, null, AnswerMemory.UNLIMITED);
    }

    /// Makes a request of an unidentified client.
    public PageRequest(String id, Map<String, String> pathParams, Map<String, List<String>> query,
            Map<String, String> headers, @Nullable JsonNode body, @Nullable Duration timeLeft) {
        this(id, pathParams, query, headers, body, timeLeft, Map.of(), Origin.NONE);
    }

    /// Returns the time that the request may take: the shorter of the route's and the client's. Not positive
    /// if the client's time had passed on arrival.
    ///
    /// @param route the route's deadline
    public Duration allowed(Duration route) {
        return allowed(route, timeLeft);
    }

    /// Returns the time that a request may take: the shorter of the route's and the client's.
    ///
    /// @param route the route's deadline
    /// @param timeLeft the client's; null if it set none
    public static Duration allowed(Duration route, @Nullable Duration timeLeft) {
        return timeLeft == null || route.compareTo(timeLeft) <= 0 ? route : timeLeft;
    }

    /// Returns a request without headers, body or deadline.
    public static PageRequest of(Map<String, String> pathParams, Map<String, List<String>> query) {
        return new PageRequest("-", pathParams, query, Map.of(), null, null);
    }
}
