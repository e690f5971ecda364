package dev.structured.service.traces;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PageRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Trace;
import dev.structured.service.server.TracedRequest;
import dev.structured.service.view.Cancellation;
import dev.structured.service.view.Cancellations;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Makes the spans of a request that has ended, from its record.
///
/// ```
///   GET /products/{id}          SERVER     parent: the client's span
///   ├─ part product             INTERNAL   one for each part whose task began
///   │  └─ GET                   CLIENT     one for each attempt; its id is that of the call's traceparent
///   └─ part reviews             INTERNAL   in a batch, below a span for its page
///      ├─ GET                   CLIENT
///      └─ GET                   CLIENT     a hedge links to the attempt beside which it began
/// ```
final class RequestSpans {
    /// The most spans of one request. Those of its last parts are left out.
    static final int MOST = 1_000;

    private final Tracer tracer;
    private final DecidedSpans decided;

    RequestSpans(Tracer tracer, DecidedSpans decided) {
        this.tracer = tracer;
        this.decided = decided;
    }

    /// Returns the number of spans that a request has now.
    static int count(Recorder request) {
        int count = 1 + request.pages().size();
        for (PartRecorder part : request.parts()) {
            if (part.begunAt() != 0) count += 1 + part.recorded();
        }
        return Math.min(count, MOST);
    }

    /// Makes the spans of a request and ends them.
    ///
    /// @return their number
    int make(TracedRequest request) {
        Trace trace = request.recorder().trace();
        return trace == null ? 0 : new Making(request, trace).all();
    }

    /// The spans of one request. Times are in microseconds since it began.
    private final class Making {
        private final TracedRequest request;
        private final Recorder recorder;
        private final Trace trace;
        private final TraceState state;
        private final long begun;
        private final List<Cancellation> cancellations;
        private int made;

        Making(TracedRequest request, Trace trace) {
            this.request = request;
            this.recorder = request.recorder();
            this.trace = trace;
            this.state = States.of(trace.state());
            this.begun = begunNanos(recorder);
            this.cancellations = Cancellations.of(recorder);
        }

        /// Returns the time at which the request began, in nanoseconds since 1970.
        private static long begunNanos(Recorder recorder) {
            Instant now = Instant.now();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano()
                    - (System.nanoTime() - recorder.begunNanos());
        }

        int all() {
            Span whole = request();
            Context within = Context.root().with(whole);
            if (recorder.batch() == 0) parts(recorder.page(), within);
            for (PageRecorder page : recorder.pages()) page(page, within);
            end(whole, recorder.micros());
            return made;
        }

        /* --- The request --- */

        private Span request() {
            boolean known = !RequestFacts.OTHER.equals(recorder.method());
            String name = known ? request.method() : "HTTP";
            if (request.route() != null) name += " " + request.route();
            String parent = trace.parent();
            Context within = parent == null
                    ? Context.root()
                    : Context.root().with(Span.wrap(SpanContext.createFromRemoteParent(trace.id(), parent,
                            TraceFlags.getSampled(), state)));
            SpanBuilder builder = builder(name, SpanKind.SERVER, within, 0);
            RequestFacts.add(request, builder);
            Span span = started(builder, trace.span());
            if (request.status() >= 500) span.setStatus(StatusCode.ERROR);
            at(recorder.plannedAt(), "page begun", span);
            at(recorder.decidedAt(), "outcome known", span);
            return span;
        }

        /* --- A page of a batch --- */

        private void page(PageRecorder page, Context within) {
            if (made >= MOST || page.plannedAt() == 0) return;
            SpanBuilder builder = builder("page " + page.route(), SpanKind.INTERNAL, within,
                    page.plannedAt());
            RequestFacts.add(page, builder);
            Span span = started(builder, Trace.newSpan());
            parts(page, Context.root().with(span));
            int end = page.plannedAt();
            for (PartRecorder part : page.parts()) end = Math.max(end, part.endedAt());
            end(span, end);
        }

        private void parts(PageRecorder page, Context within) {
            for (PartRecorder part : page.parts()) {
                if (part.begunAt() != 0) part(part, within);
            }
        }

        /* --- A part --- */

        private void part(PartRecorder part, Context within) {
            if (made >= MOST) return;
            SpanBuilder builder = builder("part " + part.layout().name(), SpanKind.INTERNAL, within,
                    part.begunAt());
            RequestFacts.add(part, builder);
            Span span = started(builder, Trace.newSpan());
            at(part.readyAt(), "needs are there", span);
            at(part.askedAt(), "asked", span);
            Cancellation stopped = cancellation(part, null);
            if (stopped != null) RequestFacts.add(stopped, span);
            PartRecorder.End how = part.end();
            if (how != null && how.reason() != null && !how.reason().equals("not_needed")) {
                RequestFacts.fail(how.reason(), span);
            }
            int end = part.endedAt() == 0 ? recorder.micros() : part.endedAt();
            attempts(part, end, Context.root().with(span));
            end(span, end);
        }

        /* --- Attempts --- */

        private void attempts(PartRecorder part, int end, Context within) {
            Map<AttemptRecorder, Integer> resent = new HashMap<>();
            List<AttemptRecorder> attempts = part.attempts();
            for (int i = 0; i < attempts.size() && made < MOST; i++) {
                AttemptRecorder attempt = attempts.get(i);
                Cancellation stopped = cancellation(part, i + 1);
                Integer resend = attempt.kind() == AttemptRecorder.Kind.RETRY && attempt.of() != null
                        ? resent.merge(attempt.of(), 1, Integer::sum)
                        : null;
                attempt(part, attempt, resend, stopped, attempt.endedAt() == 0 ? end : attempt.endedAt(),
                        within);
            }
        }

        private void attempt(PartRecorder part, AttemptRecorder attempt, @Nullable Integer resend,
                @Nullable Cancellation stopped, int end, Context within) {
            // An attempt that was refused or got a kept answer made no call.
            boolean sent = attempt.connectingAt() != 0;
            String method = attempt.method();
            SpanBuilder builder = builder(method == null ? "call of " + part.layout().downstream() : method,
                    sent ? SpanKind.CLIENT : SpanKind.INTERNAL, within, attempt.begun());
            RequestFacts.add(attempt, part, resend, builder);
            link(attempt, builder);
            Span span = started(builder, attempt.span());
            at(attempt.queuedAt(), "queued", span);
            at(attempt.admittedAt(), "permit", span);
            at(attempt.connectingAt(), "connecting", span);
            at(attempt.connectedAt(), "connected", span);
            at(attempt.firstByteAt(), "first byte", span);
            String error = RequestFacts.error(attempt, stopped);
            if (stopped != null) RequestFacts.add(stopped, span);
            if (error != null) RequestFacts.fail(error, span);
            end(span, end);
        }

        private void link(AttemptRecorder attempt, SpanBuilder builder) {
            AttemptRecorder of = attempt.of();
            if (of != null && attempt.kind() == AttemptRecorder.Kind.HEDGE) {
                builder.addLink(SpanContext.create(trace.id(), Trace.hex(of.span()), TraceFlags.getSampled(),
                        state), RequestFacts.HEDGE_OF);
            }
            var other = attempt.sharedWith();
            if (other != null) {
                builder.addLink(SpanContext.create(other.trace(), Trace.hex(other.span()),
                        other.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault()), RequestFacts.SHARED_WITH);
            }
        }

        private @Nullable Cancellation cancellation(PartRecorder part, @Nullable Integer attempt) {
            String name = part.name();
            for (Cancellation each : cancellations) {
                if (!each.part().equals(name)) continue;
                if (attempt == null || attempt.equals(each.attempt())) return each;
            }
            return null;
        }

        /* --- Spans --- */

        private SpanBuilder builder(String name, SpanKind kind, Context within, int micros) {
            return tracer.spanBuilder(name).setSpanKind(kind).setParent(within)
                    .setStartTimestamp(nanos(micros), TimeUnit.NANOSECONDS);
        }

        private Span started(SpanBuilder builder, long id) {
            made++;
            return decided.as(trace.id(), Trace.hex(id), state, builder::startSpan);
        }

        private void at(int micros, String event, Span span) {
            if (micros != 0) span.addEvent(event, nanos(micros), TimeUnit.NANOSECONDS);
        }

        private void end(Span span, int micros) {
            span.end(nanos(micros), TimeUnit.NANOSECONDS);
        }

        private long nanos(int micros) {
            return begun + 1_000L * micros;
        }
    }
}
