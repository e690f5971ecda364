package dev.structured.service.config;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The headers that a file may not speak of, and why.
public final class HeaderNames {
    /// They belong to one connection (RFC 9110, 7.6.1).
    private static final Set<String> OF_A_CONNECTION = Set.of("connection", "keep-alive", "te", "trailer",
            "transfer-encoding", "upgrade");
    private static final List<String> OF_DEADLINES = Arrays.stream(DeadlineHeader.values())
            .map(DeadlineHeader::headerName)
            .toList();

    private HeaderNames() {}

    /// Returns why a file may not set a header of a call, as the rest of a sentence; null when it may.
    public static @Nullable String whyNotSet(String name) {
        return switch (name) {
            case "x-request-id" -> "which the service sets itself, to the request's id; remove it";
            case "idempotency-key" ->
                "which is different for each call; write 'idempotencyKey' in the part instead";
            default -> whyNotPassed(name);
        };
    }

    /// Returns why a header of the client may not be passed on, as the rest of a sentence; null when it may.
    public static @Nullable String whyNotPassed(String name) {
        if (OF_DEADLINES.contains(name)) {
            return "which says how much time is left; write 'deadlineHeaders' in the downstream instead";
        }
        return switch (name) {
            case "host" -> "which the downstream's 'url' decides; remove it";
            case "content-length", "expect" -> "which the service sets itself where it is needed; remove it";
            default -> ofConnection(name);
        };
    }

    /// Returns why the client may not get a header of an answer, as the rest of a sentence; null when it may.
    public static @Nullable String whyNotReturned(String name) {
        return switch (name) {
            case "content-length", "content-type", "content-encoding" ->
                "which tells of the downstream's body, not of the page; remove it";
            case "cache-control", "age", "expires" ->
                "which the service makes itself, of the answers to all parts; remove it";
            case "x-request-id" -> "which the service sets itself, to the request's id; remove it";
            case "set-cookie" -> "which is for one client, while answers may be kept and shared; remove it";
            default -> ofConnection(name);
        };
    }

    private static @Nullable String ofConnection(String name) {
        return OF_A_CONNECTION.contains(name) || name.startsWith("proxy-")
                ? "which belongs to one connection and is never passed through; remove it"
                : null;
    }
}
