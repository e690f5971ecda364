package dev.structured.service.server;

import dev.structured.service.edge.ProblemDetails;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.jspecify.annotations.Nullable;

/// The URLs that the public listener reads; it refuses all others before the edge sees them.
public final class PublicUrls {
    // DEFAULT refuses paths that two readers may read differently, and with them every value that contains a
    // percent sign or a slash. A path is split before it is decoded, once, and values are encoded again, so
    // that these two are safe.
    static final UriCompliance RULES = UriCompliance.DEFAULT.with("structured",
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR);

    private PublicUrls() {}

    /// Returns the problem with which the listener answers a request for a path; null if it reads the path.
    ///
    /// @param path encoded, without the query
    public static @Nullable ProblemDetails refusal(String path) {
        if (!path.startsWith("/") || !path.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
            return ServerProblems.of(400, null);
        }
        try {
            HttpURI uri = HttpURI.build("GET", path);
            if (!isGood(uri)) return ServerProblems.of(400, uri);
            HttpURI whole = withoutParameters(path);
            return isGood(whole) ? null : ServerProblems.of(400, whole);
        } catch (IllegalArgumentException | HttpException.RuntimeException e) {
            return ServerProblems.of(400, null);
        }
    }

    /// Returns true if Jetty would read all of a path that it has read. It does not look at what is behind a
    /// `;`, which to the edge is a part of its segment like anything else.
    static boolean isReadBehindParameters(String path) {
        try {
            return path.indexOf(';') < 0 || isGood(withoutParameters(path));
        } catch (IllegalArgumentException | HttpException.RuntimeException e) {
            return false;
        }
    }

    private static HttpURI withoutParameters(String path) {
        return HttpURI.build("GET", path.replace(';', '-'));
    }

    private static boolean isGood(HttpURI uri) {
        return uri.getViolations().stream().allMatch(RULES::allows);
    }
}
