package dev.structured.service.aggregate;

import java.util.Locale;

/// The ways a part can fail, with the names that users meet in metrics, bodies and headers.
public enum ErrorType {
    CONNECT_REFUSED("connection_refused", 502), CONNECT_TIMEOUT("connection_timeout", 504), DNS("dns_error",
            502), RESET("connection_terminated", 502), INCOMPLETE("http_response_incomplete",
                    502), PROTOCOL("http_protocol_error", 502), HEADERS_TOO_LARGE("http_response_header_size",
                            502), BODY_TOO_LARGE("http_response_body_size",
                                    502), INVALID_JSON("http_protocol_error", 502),
    /// The downstream answered with a status that the part cannot use.
    STATUS("http_request_error", 502),
    /// The downstream said that the thing does not exist (404).
    NOT_FOUND("http_request_error", 404),
    /// Too many calls are waiting for a connection to this downstream.
    LIMIT_EXCEEDED("connection_limit_reached", 503),
    /// The part's own budget ended.
    TIMEOUT("http_response_timeout", 504),
    /// The request's deadline ended.
    DEADLINE_EXCEEDED("http_response_timeout", 504),
    /// A value that the part's call needs is not in the reply it should come from, or that part is missing.
    MISSING_VALUE("proxy_internal_error", 502);

    private final String proxyStatus;
    private final int status;

    ErrorType(String proxyStatus, int status) {
        this.proxyStatus = proxyStatus;
        this.status = status;
    }

    /// Returns the name for metrics and bodies, e.g. `invalid_json`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the error type of RFC 9209 (`Proxy-Status`).
    public String proxyStatus() {
        return proxyStatus;
    }

    /// Returns the HTTP status of the page when a required part fails in this way.
    public int status() {
        return status;
    }
}
