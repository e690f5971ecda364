package dev.structured.service.server;

import dev.structured.service.edge.RequestId;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RequestRecord;
import dev.structured.service.edge.TraceContext;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.Trace;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// The records of the requests in flight, each in the attributes of its request.
///
/// @param observer called for each request when its record is made
/// @param recordings begins a recorder for each request; null if requests are not recorded
/// @param tracer gives each request a span; null if no traces are made
record RequestRecords(RequestObserver observer, @Nullable Recordings recordings,
        @Nullable RequestTracer tracer) {
    private static final String ATTRIBUTE = RequestRecord.class.getName();

    /// Returns the record of `request`; the first call makes it.
    RequestRecord of(Request request) {
        Request root = Request.unWrap(request);
        if (root.getAttribute(ATTRIBUTE) instanceof RequestRecord known) return known;
        RequestRecord begun = new RequestRecord(root.getMethod(), scheme(root),
                root.getHeaders().get(RequestId.HEADER));
        root.setAttribute(ATTRIBUTE, begun);
        if (tracer != null) {
            begun.tracedAs(tracer.begin(TraceContext.of(new RequestFields(root.getHeaders())), begun.method(),
                    begun.scheme()));
        }
        Recorder recorder = recorder(begun, root);
        if (recorder != null) begun.recordedBy(recorder);
        observer.requestStarted(begun.kind());
        return begun;
    }

    /// Returns `https` for a request that came by TLS, whatever it says of itself.
    static String scheme(Request request) {
        return request.getConnectionMetaData().isSecure() ? "https" : "http";
    }

    /// Returns the recorder of a request; null if it needs none. A sampled span needs one, even if requests
    /// are not recorded otherwise.
    private @Nullable Recorder recorder(RequestRecord begun, Request request) {
        Trace trace = begun.traced();
        if (recordings != null) {
            return recordings.begin(begun.id(), begun.method(), request.getHttpURI().getPathQuery(),
                    request.getBeginNanoTime(), trace);
        }
        return trace == null || !trace.isSampled()
                ? null
                : new Recorder(begun.id(), begun.method(), null, request.getBeginNanoTime(), trace);
    }

    /// Ends the recording of a request.
    ///
    /// @param status the status of the answer
    void recorded(RequestRecord ended, int status) {
        Recorder recorder = ended.recorder();
        if (recorder != null) {
            if (recordings != null) recordings.end(recorder, ended.verdict().outcome(), status);
            else
                recorder.ended(ended.verdict().outcome(), status);
            if (recorder.hasCutShort()) observer.callsCutShort(recorder);
        }
    }
}
