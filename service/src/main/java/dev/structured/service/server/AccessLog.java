package dev.structured.service.server;

import dev.structured.service.edge.EdgeProblems;
import dev.structured.service.edge.EndedRequest;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.Verdict;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.Trace;
import java.util.Set;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/// Ends every request: writes one line of the log and notifies the observer.
///
/// Jetty calls it exactly once for each request, after the last byte was written or could not be written.
/// That includes malformed requests, which no handler sees.
final class AccessLog implements RequestLog {
    // The paths that Jetty puts in place of one that it could not read.
    private static final Set<String> JETTYS_OWN = Set.of("/badMessage", "/badRequest", "/badURI");

    private final RequestRecords records;
    private final LogSink lines;

    AccessLog(RequestRecords records, LogSink lines) {
        this.records = records;
        this.lines = lines;
    }

    @Override
    public void log(Request request, Response response) {
        RequestRecord ended = records.of(request);
        long nanos = NanoTime.since(request.getBeginNanoTime());
        if (SentPiece.wasDropped(request)) ended.verdict(Verdict.CLIENT_SLOW);
        boolean gone = ended.verdict() == Verdict.CLIENT_GONE;
        int status = gone ? EdgeProblems.CLIENT_GONE : response.getStatus();
        records.recorded(ended, status); // right before the gauge, so that both agree
        records.observer().requestEnded(new EndedRequest(ended.kind(), ended.route(), status,
                version(request), errorType(ended.verdict(), status), nanos, ended.traceparent()));
        lines.accept(line(request, response, ended, status, nanos));
        ended.ended();
        trace(request, ended, status);
    }

    /// Sends the spans of a request, if its trace is sampled. The request's recorder has ended by now.
    private void trace(Request request, RequestRecord ended, int status) {
        Trace trace = ended.traced();
        Recorder recorder = ended.recorder();
        RequestTracer tracer = records.tracer();
        if (tracer == null || recorder == null || trace == null || !trace.isSampled()) return;
        Recordings recordings = records.recordings();
        boolean showsValues = recordings != null && recordings.showsValues();
        String query = showsValues ? request.getHttpURI().getQuery() : null;
        Verdict verdict = ended.verdict();
        tracer.ended(new TracedRequest(recorder, request.getMethod(), ended.scheme(), ended.route(),
                path(request, ended), query, Request.getServerName(request), Request.getServerPort(request),
                address(request, ended), version(request), status, errorType(verdict, status),
                verdict.outcome(), verdict.missing()));
    }

    private static @Nullable String errorType(Verdict verdict, int status) {
        if (verdict.errorType() != null) return verdict.errorType();
        return status >= 500 ? "http_" + status : null;
    }

    private String line(Request request, Response response, RequestRecord ended, int status, long nanos) {
        Verdict verdict = ended.verdict();
        String route = ended.route();
        LogLine line = new LogLine(lines.format())
                .with("method", request.getMethod())
                .with("route", route == null ? "-" : route)
                .with("path", path(request, ended))
                .withNumber("status", Integer.toString(status))
                .withNumber("ms", LogLine.millis(nanos))
                .withNumber("bytes", Long.toString(bytes(request, response, ended)))
                .with("id", ended.id())
                .with("address", address(request, ended))
                .with("outcome", verdict.outcome());
        String trace = ended.traceId();
        if (trace != null) line.with("trace", trace);
        if (ended.caller() != null) line.with("client", ended.caller());
        String error = errorType(verdict, status);
        if (error != null) line.with("error", error);
        String flags = ResponseFlags.of(ended, status);
        if (!flags.isEmpty()) line.with("flags", flags);
        line.withAll("missing", verdict.missing());
        Recorder recorder = ended.recorder();
        if (recorder != null) LoggedParts.add(recorder, verdict.outcome(), lines.format(), line);
        return line.toString();
    }

    /// Jetty counts what it writes for a malformed request in a response that it shows to nobody, and the
    /// body that it leaves out for a HEAD as if it were sent.
    private static long bytes(Request request, Response response, RequestRecord ended) {
        if (HttpMethod.HEAD.is(request.getMethod())) return 0;
        return Math.max(Response.getContentBytesWritten(response), ended.problemBytes());
    }

    private static String address(Request request, RequestRecord ended) {
        String told = ended.address();
        return told == null ? ClientEndPoint.address(request) : told;
    }

    /// Returns the path without the query, where clients put values that must not be kept.
    private static String path(Request request, RequestRecord ended) {
        String path = request.getHttpURI().getPath();
        return path == null || (ended.malformed() && JETTYS_OWN.contains(path)) ? "-" : path;
    }

    private static String version(Request request) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        return version.asString().replace("HTTP/", "").replace("2.0", "2");
    }
}
