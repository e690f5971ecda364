package dev.structured.service.server;

import dev.structured.service.edge.EdgeProblems;
import dev.structured.service.edge.ProblemDetails;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.jspecify.annotations.Nullable;

/// The problems that Jetty finds in a request before it reaches the edge.
final class ServerProblems {
    private ServerProblems() {}

    /// Returns the problem for an error status that Jetty chose.
    ///
    /// @param uri the URI of the request; null if Jetty could not read it
    static ProblemDetails of(int status, @Nullable HttpURI uri) {
        return switch (status) {
            case 404 -> EdgeProblems.unknownPath();
            case 405 -> EdgeProblems.methodNotAllowed();
            case 500 -> EdgeProblems.bug();
            case 503 -> EdgeProblems.shuttingDown();
            default -> ProblemDetails.ofStatus(status, HttpStatus.getMessage(status), detail(status, uri));
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
            case 501 ->
                "The service opens no tunnels (CONNECT), and reads no transfer coding but 'chunked'.";
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
