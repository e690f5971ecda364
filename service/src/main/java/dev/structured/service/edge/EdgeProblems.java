package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.ContentCoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The problems of the edge itself, with their fixed words.
public final class EdgeProblems {
    /// The status of a request whose client went away: nginx's number, which HTTP does not define.
    public static final int CLIENT_GONE = 499;

    private EdgeProblems() {}

    /// Returns the problem of a path that no route has.
    public static ProblemDetails unknownPath() {
        return ProblemDetails.ofStatus(404, "Not Found",
                "No route has this path. Check the path against the service's configuration.");
    }

    /// Returns the problem of a host that no route is for (RFC 9110, 15.5.20).
    static ProblemDetails otherHost() {
        return ProblemDetails.ofStatus(421, "Misdirected Request",
                "This service does not answer for the host of the request. Check the host in the URL.");
    }

    /// Returns the problem of a path whose routes answer other methods.
    public static ProblemDetails methodNotAllowed() {
        return ProblemDetails.ofStatus(405, "Method Not Allowed",
                "This path does not answer this method. The header Allow names those that it answers.");
    }

    static ProblemDetails bodyTooLarge(int limit) {
        return ProblemDetails
                .ofStatus(413, "Payload Too Large", "The request's body is larger than " + limit + " bytes.")
                .with("maxBodyBytes", limit);
    }

    static ProblemDetails malformedBody() {
        return ProblemDetails.ofStatus(400, "Bad Request",
                "The request's body is not framed as its head says.");
    }

    static ProblemDetails noWebSocket() {
        return ProblemDetails.named("no-websocket", "The service opens no WebSockets", 501,
                "This route passes on requests and answers, but no WebSockets. Open the WebSocket at the"
                        + " server itself, or use server-sent events.");
    }

    static ProblemDetails encodedSlash() {
        return ProblemDetails.ofStatus(400, "Bad Request",
                "The path has an encoded slash (%2F) or a backslash, which another server may take for a step"
                        + " in the path.");
    }

    /// Returns the problem of a request that could not be passed on, or whose answer did not come.
    static ProblemDetails notPassedOn(ErrorType type) {
        return switch (type) {
            case DEADLINE_EXCEEDED, TIMEOUT, CONNECT_TIMEOUT -> ProblemDetails.named("deadline-exceeded",
                    "The downstream did not answer in time", 504, type.words() + ".");
            case LIMIT_EXCEEDED -> ProblemDetails.named("upstream-busy", "The downstream is overloaded", 503,
                    type.words() + ".");
            case DESCRIPTORS -> ProblemDetails.named("out-of-descriptors",
                    "The service has no file descriptor left", 503, type.words() + ".");
            case MEMORY -> ProblemDetails.named("out-of-memory",
                    "The service has no memory left for the answer", 503, type.words() + ".");
            case CIRCUIT_OPEN -> ProblemDetails.named("upstream-unavailable",
                    "The downstream fails too often and is not called for a while", 503, type.words() + ".");
            case BAD_PARAMETER -> ProblemDetails.ofStatus(431, "Request Header Fields Too Large",
                    "The request's head is larger than what is passed on.");
            default ->
                ProblemDetails.named("upstream-error", "The downstream could not be asked", type.status(),
                        type.words() + ".");
        };
    }

    static ProblemDetails bodyTooSlow() {
        return ProblemDetails.ofStatus(408, "Request Timeout",
                "The request's body did not arrive in time. Send it at once, or not at all.");
    }

    static ProblemDetails unsupportedMediaType() {
        return ProblemDetails.ofStatus(415, "Unsupported Media Type",
                "This route reads a body of Content-Type application/json, or one that ends in +json, "
                        + "in UTF-8, "
                        + "without Content-Encoding.");
    }

    static ProblemDetails notAcceptable(List<PageType> offered) {
        String types = offered.stream().map(PageType::mediaType).collect(Collectors.joining(", "));
        return ProblemDetails.ofStatus(406, "Not Acceptable",
                "The header Accept allows nothing that this route can send: " + types + ".");
    }

    static ProblemDetails noAcceptableEncoding(List<ContentCoding> offered) {
        String encodings = offered.stream().map(ContentCoding::label).collect(Collectors.joining(", "));
        return ProblemDetails.ofStatus(406, "Not Acceptable",
                "The header Accept-Encoding allows nothing that this route can send: identity"
                        + (offered.isEmpty() ? "" : ", " + encodings) + ".");
    }

    /// Returns the problem of a preflight request that is not allowed.
    ///
    /// @param why the thing that the configuration does not allow
    static ProblemDetails notAllowedByCors(String why) {
        return ProblemDetails.named("cors", "The browser's page may not ask this", 403,
                "The configuration's 'cors' does not allow it: " + why + ".");
    }

    static ProblemDetails unknownClient(String header, AccessConfig access) {
        List<String> ways = new ArrayList<>();
        if (!access.issuers().isEmpty()) ways.add("a token in the header Authorization, after 'Bearer'");
        if (!access.clients().isEmpty()) ways.add("your key in the header " + header);
        return ProblemDetails.named("unknown-client", "The request does not say who asks", 401,
                "This route is not for anyone. Send " + String.join(", or ", ways) + ".");
    }

    static ProblemDetails invalidToken() {
        return ProblemDetails.named("invalid-token", "The token cannot be accepted", 401,
                "It is malformed, expired or not yet valid, not for this service, not of an issuer that this"
                        + " route accepts, or its signature is wrong. Get a new one.");
    }

    static ProblemDetails insufficientScope() {
        return ProblemDetails.named("insufficient-scope", "The token does not allow this", 403,
                "The token is good, but lacks a scope that this route needs; WWW-Authenticate names them.");
    }

    static ProblemDetails missingClaim() {
        return ProblemDetails.named("missing-claim", "The route is for others", 403,
                "The token is good, but lacks a claim that this route needs.");
    }

    static ProblemDetails issuerUnavailable() {
        return ProblemDetails.named("issuer-unavailable", "The token cannot be verified now", 503,
                "The keys of its issuer could not be fetched. Try again.");
    }

    static ProblemDetails otherClient() {
        return ProblemDetails.named("other-client", "The route is for others", 403,
                "The key is known, but its client may not ask for this route.");
    }

    static ProblemDetails tooManyRequests() {
        return ProblemDetails.named("too-many-requests", "Too many requests", 429,
                "More requests came than this route answers. Retry-After says when to try again.");
    }

    static ProblemDetails tooMuchUnsent() {
        return ProblemDetails.named("too-much-unsent", "Too many answers wait to be read", 503,
                "The answers that other clients have not read yet fill the memory that is kept for them. Try "
                        + "again later.");
    }

    static ProblemDetails clientTooSlow() {
        return ProblemDetails.ofStatus(408, "Request Timeout", "The client did not take the page in time.");
    }

    static ProblemDetails badQuery() {
        return ProblemDetails.ofStatus(400, "Bad Request",
                "The query is not percent-encoded UTF-8. Write % as %25, "
                        + "and other bytes as % and two hex digits.");
    }

    /// Returns the problem of a request that breaks a rule of its route.
    static ProblemDetails badRequest(BadRequestException refused) {
        return ProblemDetails.named("bad-request", "The request breaks a rule of its route", refused.status(),
                Objects.requireNonNull(refused.getMessage()));
    }

    static ProblemDetails dotSegment() {
        return ProblemDetails.ofStatus(400, "Bad Request",
                "A path parameter is or contains a step '.' or '..', which is not allowed.");
    }

    /// Returns the problem of a request that comes while the service ends.
    public static ProblemDetails shuttingDown() {
        return ProblemDetails.named("shutting-down", "The service is shutting down", 503,
                "The service is shutting down and takes no more requests. Try again; "
                        + "another instance may answer.");
    }

    static ProblemDetails cancelled() {
        return ProblemDetails.named("cancelled", "The request was cancelled", 503,
                "An operator of the service cancelled the request.");
    }

    static ProblemDetails overloaded() {
        return ProblemDetails.named("overloaded", "The service is overloaded", 503,
                "The page was not begun, and nothing was done for it. Retry-After says when to try again.");
    }

    static ProblemDetails clientGone() {
        return ProblemDetails.named("client-gone", "The client closed its side of the connection",
                CLIENT_GONE,
                "The request was cancelled because the client closed its side of the connection. "
                        + "Keep it open for sending until the answer has arrived.");
    }

    /// Returns the problem of a request at which the service itself failed.
    public static ProblemDetails bug() {
        return ProblemDetails.ofStatus(500, "Internal Server Error",
                "The service failed. Its log has more under this request's id.");
    }
}
