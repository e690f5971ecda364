package dev.structured.service.server;

import dev.structured.service.edge.Problems;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.Verdict;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// Ends every request: one line of the log, one call of the observer.
///
/// Jetty calls it for each request exactly once, after the last byte was written or could not be; for the malformed
/// ones too, which no handler ever sees.
final class AccessLog implements RequestLog {
    // What Jetty puts in the place of a path that it could not read.
    private static final Set<String> JETTYS_OWN = Set.of("/badMessage", "/badRequest", "/badURI");

    private final RequestObserver observer;
    private final Consumer<String> lines;

    /// @param lines takes each line, without its end
    AccessLog(RequestObserver observer, Consumer<String> lines) {
        this.observer = observer;
        this.lines = lines;
    }

    @Override
    public void log(Request request, Response response) {
        Exchange exchange = Exchange.of(request, observer);
        long nanos = NanoTime.since(request.getBeginNanoTime());
        boolean gone = exchange.verdict() == Verdict.CLIENT_GONE;
        int status = gone ? Problems.CLIENT_GONE : response.getStatus();
        observer.requestEnded(exchange.method(), exchange.scheme(), exchange.route(), status,
                version(request), errorType(exchange.verdict(), status), nanos);
        lines.accept(line(exchange, status, nanos));
        exchange.ended();
    }

    private static @Nullable String errorType(Verdict verdict, int status) {
        if (verdict.errorType() != null) return verdict.errorType();
        return status >= 500 ? "http_" + status : null;
    }

    private static String line(Exchange exchange, int status, long nanos) {
        Verdict verdict = exchange.verdict();
        String route = exchange.route();
        LogLine line = new LogLine()
                .with("method", exchange.request().getMethod())
                .with("route", route == null ? "-" : route)
                .with("path", path(exchange))
                .with("status", status)
                .with("ms", String.format(Locale.ROOT, "%.1f", nanos / 1e6))
                .with("id", exchange.id())
                .with("outcome", verdict.outcome());
        String error = errorType(verdict, status);
        if (error != null) line.with("error", error);
        if (!verdict.parts().isEmpty()) line.with("missing", verdict.missing());
        return line.toString();
    }

    /// Without the query: that is where clients put what should not be kept.
    private static String path(Exchange exchange) {
        String path = exchange.request().getHttpURI().getPath();
        return path == null || (exchange.malformed() && JETTYS_OWN.contains(path)) ? "-" : path;
    }

    private static String version(Request request) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        return version.asString().replace("HTTP/", "").replace("2.0", "2");
    }
}
