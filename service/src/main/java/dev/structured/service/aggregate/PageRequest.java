package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client sent, as far as the engine wants to know.
///
/// @param id the request's id
/// @param pathParams the values of all parameters of the route's path, decoded
/// @param query the client's query parameters, decoded
/// @param headers the client's headers, names in lower case; the engine reads those that the route names
/// @param body the JSON body; null when there was none
/// @param timeLeft how much time the client gives, less what has passed since it asked; null when it does not say
public record PageRequest(String id, Map<String, String> pathParams, Map<String, List<String>> query,
        Map<String, String> headers, @Nullable JsonNode body, @Nullable Duration timeLeft) {

    /// Returns how long the request may take: as long as its route allows, or less if the client gives less. Not positive
    /// when that had passed on arrival.
    public Duration allowed(Duration route) {
        return timeLeft == null || route.compareTo(timeLeft) <= 0 ? route : timeLeft;
    }

    /// A request without headers, body or deadline.
    public static PageRequest of(Map<String, String> pathParams, Map<String, List<String>> query) {
        return new PageRequest("-", pathParams, query, Map.of(), null, null);
    }
}
