package dev.structured.service.aggregate;

import dev.structured.service.config.Labelled;
import org.jspecify.annotations.Nullable;

/// The kinds of failure of a part, with their names in metrics, bodies and headers.
public enum ErrorType implements Labelled {
    /// The downstream refused the connection.
    CONNECT_REFUSED("connection_refused", 502, "the downstream refused the connection"),
    /// The connection was not opened in time.
    CONNECT_TIMEOUT("connection_timeout", 504, "no connection to the downstream in time"),
    /// The downstream's host name could not be resolved.
    DNS("dns_error", 502, "the downstream's name could not be resolved"),
    /// The TLS handshake failed, or the downstream's certificate cannot be trusted.
    TLS("tls_certificate_error", 502, "no trusted connection to the downstream"),
    /// The connection was reset before the answer was complete.
    RESET("connection_terminated", 502, "the downstream reset the connection"),
    /// The connection was closed before the answer was complete.
    INCOMPLETE("http_response_incomplete", 502, "the downstream's answer ended too early"),
    /// The answer is not HTTP.
    PROTOCOL("http_protocol_error", 502, "the downstream's answer was not valid HTTP"),
    /// The answer's head is larger than the limit.
    HEADERS_TOO_LARGE("http_response_header_size", 502, "the downstream's answer had too large headers"),
    /// The answer's body is larger than the limit.
    BODY_TOO_LARGE("http_response_body_size", 502, "the downstream's answer was too large"),
    /// The answer's body has an encoding that was not asked for, or that is not known.
    CONTENT_CODING("http_response_content_coding", 502,
            "the downstream's answer has an encoding that is not read"),
    /// The answer's body is not JSON.
    INVALID_JSON("http_protocol_error", 502, "the downstream's answer was not valid JSON"),
    /// The downstream answered with a status that the part cannot use.
    STATUS("http_request_error", 502, "the downstream answered with a status that cannot be used"),
    /// The downstream answered that the resource does not exist (404).
    NOT_FOUND("http_request_error", 404, "the downstream does not know it"),
    /// Too many calls are waiting for a connection to this downstream.
    LIMIT_EXCEEDED("connection_limit_reached", 503, "too many calls to the downstream at once"),
    /// The process has no file descriptor left for a connection to the downstream.
    DESCRIPTORS("connection_limit_reached", 503,
            "the service itself has no file descriptor left for a connection"),
    /// There is no memory left for the answer.
    MEMORY("connection_limit_reached", 503, "the service itself has no memory left for the answer"),
    /// The downstream failed too often, so it is not called for a while.
    CIRCUIT_OPEN("destination_unavailable", 503,
            "the downstream fails too often and is not called for a while"),
    /// The part's own budget ended.
    TIMEOUT("http_response_timeout", 504, "no answer in time"),
    /// The request's deadline ended.
    DEADLINE_EXCEEDED("http_response_timeout", 504, "no answer before the page's deadline"),
    /// Too little time was left for the call.
    BUDGET_TOO_SMALL("http_response_timeout", 504, "too little time was left to ask for it"),
    /// The answer is JSON, but lacks a field that the route takes from it, or has another type there.
    UNUSABLE_ANSWER("proxy_internal_error", 502,
            "the downstream's answer lacks the data that the page takes from it"),
    /// The list of the part's elements is longer than the route allows.
    TOO_MANY_ELEMENTS("proxy_internal_error", 502, "there are more elements than the page asks for"),
    /// Some elements of the part are missing.
    ELEMENTS_MISSING("http_response_incomplete", 502, "some of its elements are missing"),
    /// The page has fewer parts than its quorum requires.
    QUORUM("proxy_internal_error", 502, "the page has too few of the parts that it needs"),
    /// The quorum was met without the part.
    NOT_NEEDED("proxy_internal_error", 502, "enough other parts came first"),
    /// The part that a value should come from is missing, or its answer lacks the value.
    MISSING_VALUE("proxy_internal_error", 502, "a value that it needs is missing"),
    /// A value that the client sent is not valid in the part's call.
    BAD_PARAMETER("http_request_error", 400, "a parameter of the request cannot be used"),
    /// The body that the part's call would have is larger than the largest that is sent.
    CALL_TOO_LARGE("http_request_error", 413, "the body of its call would be too large, so it was not sent");

    private final String proxyStatus;
    private final int status;
    private final String words;

    ErrorType(String proxyStatus, int status, String words) {
        this.proxyStatus = proxyStatus;
        this.status = status;
        this.words = words;
    }

    /// Returns whether such a failure shows that the downstream works; null if it shows nothing, since the
    /// downstream was not called.
    public @Nullable Boolean downstreamWorks() {
        return switch (this) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, DNS, TLS, RESET, INCOMPLETE, PROTOCOL, TIMEOUT -> false;
            case HEADERS_TOO_LARGE, BODY_TOO_LARGE, CONTENT_CODING, INVALID_JSON, STATUS, NOT_FOUND ->
                true;
            default -> null;
        };
    }

    /// Returns true if nothing was sent of a call that failed in this way: no connection could be opened.
    public boolean isBeforeSending() {
        return switch (this) {
            case CONNECT_REFUSED, CONNECT_TIMEOUT, DNS, TLS -> true;
            default -> false;
        };
    }

    /// Returns the error type of RFC 9209 (`Proxy-Status`).
    public String proxyStatus() {
        return proxyStatus;
    }

    /// Returns the HTTP status of the page when a required part fails in this way.
    public int status() {
        return status;
    }

    /// Returns a description for the client.
    public String words() {
        return words;
    }
}
