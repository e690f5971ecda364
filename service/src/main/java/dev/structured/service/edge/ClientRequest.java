package dev.structured.service.edge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The head of a request, as its client sent it. The body is read through [Client].
///
/// @param path encoded, without the query; null when the request has none
/// @param query encoded, without the question mark; null when the request has none
/// @param begunNanos when the first byte arrived, on the edge's clock
/// @param address of the client's end of the connection
/// @param scheme `http` or `https`
/// @param timeLeft how much time the client gives beside the headers that say so; null for no limit
public record ClientRequest(String method, @Nullable String path, @Nullable String query, Headers headers,
        long begunNanos, String address, String scheme, @Nullable Duration timeLeft) {}
