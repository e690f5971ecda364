package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.jspecify.annotations.Nullable;

/// The problems that the edge itself has with requests.
public final class Problems {
    /// The status of a request whose client went away; nginx's number, never one that HTTP knows.
    public static final int CLIENT_GONE = 499;

    private Problems() {}

    public static Problem unknownPath() {
        return Problem.ofStatus(404,
                "No route has this path. Check the path against the service's configuration.");
    }

    public static Problem methodNotAllowed() {
        return Problem.ofStatus(405,
                "This path does not answer this method. The header Allow names those that it answers.");
    }

    public static Problem bodyTooLarge(int limit) {
        return Problem.ofStatus(413, "The request's body is larger than " + limit + " bytes.")
                .with("maxBodyBytes", limit);
    }

    public static Problem bodyTooSlow() {
        return Problem.ofStatus(408,
                "The request's body did not arrive in time. Send it at once, or not at all.");
    }

    public static Problem unsupportedMediaType() {
        return Problem.ofStatus(415,
                "This route reads a body of Content-Type application/json, in UTF-8, without Content-Encoding.");
    }

    public static Problem notAcceptable(List<Rendering> offered) {
        return Problem.ofStatus(406, "The header Accept allows nothing that this route can send: "
                + offered.stream().map(Rendering::mediaType).collect(Collectors.joining(", ")) + ".");
    }

    public static Problem clientTooSlow() {
        return Problem.ofStatus(408, "The client did not take the page in time.");
    }

    public static Problem badQuery() {
        return Problem.ofStatus(400,
                "The query is not percent-encoded UTF-8. Write % as %25, and other bytes as % and two hex digits.");
    }

    /// The request breaks a rule of its route.
    public static Problem badRequest(BadRequestException refused) {
        return Problem.named("bad-request", "The request breaks a rule of its route", refused.status(),
                Objects.requireNonNull(refused.getMessage()));
    }

    public static Problem dotSegment() {
        return Problem.ofStatus(400, "A piece of the path is a dot or two. Name the thing that you ask for.");
    }

    public static Problem shuttingDown() {
        return Problem.named("shutting-down", "The service is shutting down", 503,
                "The service is shutting down and takes no more requests. Try again; another instance may answer.");
    }

    public static Problem clientGone() {
        return Problem.named("client-gone", "The client closed its side of the connection",
                CLIENT_GONE,
                "The request was cancelled because the client closed its side of the connection. Keep it open for "
                        + "sending until the answer has arrived.");
    }

    public static Problem bug() {
        return new Problem("about:blank", "Internal Server Error", 500,
                "The service failed. This is not your fault; its log has more under this request's id.",
                Map.of());
    }

    /// Returns the problem that the server found before any route did.
    ///
    /// @param status an error status
    /// @param uri the request's, where there is one
    public static Problem ofServer(int status, @Nullable HttpURI uri) {
        return switch (status) {
            case 404 -> unknownPath();
            case 405 -> methodNotAllowed();
            case 500 -> bug();
            case 503 -> shuttingDown();
            default -> Problem.ofStatus(status, detail(status, uri));
        };
    }

    private static String detail(int status, @Nullable HttpURI uri) {
        return switch (status) {
            case 400 -> malformed(uri);
            case 408 -> "The request did not arrive in time. Send it at once.";
            case 414 -> "The request's URL is longer than the service reads. Shorten it.";
            case 417 -> "The service meets no expectation but 100-continue.";
            case 426, 505 -> "The service speaks HTTP/1.1.";
            case 431 ->
                "The request's headers are larger than the service reads. Send fewer or shorter ones.";
            default -> "The service cannot answer a request of this form.";
        };
    }

    private static String malformed(@Nullable HttpURI uri) {
        if (uri == null || !uri.hasViolations()) return "The request is not well-formed HTTP/1.1.";
        // The violations' descriptions are fixed texts; nothing of the client's URL is repeated.
        String why = uri.getViolations().stream()
                .map(UriCompliance.Violation::getDescription)
                .sorted()
                .collect(Collectors.joining(", "));
        return "The request's URL cannot be read in one way only: " + why + ".";
    }
}
