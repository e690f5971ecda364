package dev.structured.service.traces;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PageRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.server.TracedRequest;
import dev.structured.service.view.Cancellation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The attributes of spans. Names are those of OpenTelemetry's semantic conventions for HTTP, as far as these
/// are stable; all other names begin with `structured.`.
///
/// Values that clients send are left out, except the path, which the log has as well. So a call has no
/// `url.full`, since its path contains such values.
final class RequestFacts {
    /// The method of a request whose method HTTP does not define.
    static final String OTHER = "_OTHER";

    static final AttributeKey<String> METHOD = stringKey("http.request.method");
    private static final AttributeKey<String> METHOD_SENT = stringKey("http.request.method_original");
    private static final AttributeKey<Long> RESENT = longKey("http.request.resend_count");
    private static final AttributeKey<Long> STATUS = longKey("http.response.status_code");
    private static final AttributeKey<String> ROUTE = stringKey("http.route");
    static final AttributeKey<String> SCHEME = stringKey("url.scheme");
    private static final AttributeKey<String> PATH = stringKey("url.path");
    private static final AttributeKey<String> QUERY = stringKey("url.query");
    private static final AttributeKey<String> TEMPLATE = stringKey("url.template");
    private static final AttributeKey<String> HOST = stringKey("server.address");
    private static final AttributeKey<Long> PORT = longKey("server.port");
    private static final AttributeKey<String> CLIENT = stringKey("client.address");
    private static final AttributeKey<String> VERSION = stringKey("network.protocol.version");
    private static final AttributeKey<String> ERROR = stringKey("error.type");

    private static final AttributeKey<String> ID = stringKey("structured.request.id");
    private static final AttributeKey<String> OUTCOME = stringKey("structured.outcome");
    private static final AttributeKey<List<String>> MISSING = stringArrayKey("structured.missing");
    private static final AttributeKey<Long> PAGES = longKey("structured.pages");
    private static final AttributeKey<Long> PAGE = longKey("structured.page");
    private static final AttributeKey<String> PART = stringKey("structured.part");
    private static final AttributeKey<Boolean> REQUIRED = booleanKey("structured.part.required");
    private static final AttributeKey<Long> BUDGET = longKey("structured.part.budget_ms");
    private static final AttributeKey<Long> UNRECORDED = longKey("structured.part.unrecorded_attempts");
    private static final AttributeKey<String> DOWNSTREAM = stringKey("structured.downstream");
    private static final AttributeKey<String> KIND = stringKey("structured.attempt");
    private static final AttributeKey<Boolean> KEPT = booleanKey("structured.kept_answer");
    private static final AttributeKey<Boolean> SHARED = booleanKey("structured.shared_call");
    private static final AttributeKey<String> CANCELLED = stringKey("structured.cancel.reason");
    private static final AttributeKey<String> CANCELLED_BY = stringKey("structured.cancel.by");
    private static final AttributeKey<String> LINK = stringKey("structured.link");

    /// Of a link from a hedge to the attempt beside which it was made.
    static final Attributes HEDGE_OF = Attributes.of(LINK, "hedge-of");
    /// Of a link to the call of another request whose answer was used.
    static final Attributes SHARED_WITH = Attributes.of(LINK, "shared-with");

    private static final int CLIENT_GONE = 499;
    private static final int FIRST_ERROR = 400;

    private RequestFacts() {}

    static void add(TracedRequest request, SpanBuilder span) {
        String method = request.recorder().method();
        span.setAttribute(METHOD, method);
        if (method.equals(OTHER)) span.setAttribute(METHOD_SENT, request.method());
        span.setAttribute(SCHEME, request.scheme()).setAttribute(PATH, request.path())
                .setAttribute(HOST, request.host()).setAttribute(CLIENT, request.address())
                .setAttribute(VERSION, request.version())
                .setAttribute(ID, request.recorder().id()).setAttribute(OUTCOME, request.outcome());
        if (request.port() > 0) span.setAttribute(PORT, (long) request.port());
        if (request.route() != null) span.setAttribute(ROUTE, request.route());
        if (request.query() != null) span.setAttribute(QUERY, request.query());
        // 499 is a word of the log's: a client that has gone was sent no status.
        if (request.status() != CLIENT_GONE) span.setAttribute(STATUS, (long) request.status());
        if (request.errorType() != null) span.setAttribute(ERROR, request.errorType());
        if (request.recorder().batch() > 0) span.setAttribute(PAGES, (long) request.recorder().batch());
        if (!request.missing().isEmpty()) span.setAttribute(MISSING, request.missing());
    }

    static void add(PageRecorder page, SpanBuilder span) {
        span.setAttribute(PAGE, (long) page.number());
    }

    static void add(PartRecorder part, SpanBuilder span) {
        PartRecorder.End end = part.end();
        span.setAttribute(PART, part.layout().name()).setAttribute(REQUIRED, part.layout().required())
                .setAttribute(OUTCOME, end == null ? "running" : end.outcome());
        if (part.layout().downstream() != null) span.setAttribute(DOWNSTREAM, part.layout().downstream());
        if (part.budgetMicros() >= 0) span.setAttribute(BUDGET, part.budgetMicros() / 1_000);
        if (part.unrecorded() > 0) span.setAttribute(UNRECORDED, (long) part.unrecorded());
    }

    /// @param resend its number among the retries of its call; null if it is no retry
    static void add(AttemptRecorder attempt, PartRecorder part, @Nullable Integer resend, SpanBuilder span) {
        span.setAttribute(PART, part.layout().name())
                .setAttribute(KIND, attempt.kind().name().toLowerCase(Locale.ROOT));
        if (part.layout().downstream() != null) span.setAttribute(DOWNSTREAM, part.layout().downstream());
        if (attempt.method() != null) span.setAttribute(METHOD, attempt.method());
        if (attempt.template() != null) span.setAttribute(TEMPLATE, attempt.template());
        String endpoint = attempt.endpoint();
        if (endpoint != null) {
            int colon = endpoint.lastIndexOf(':');
            span.setAttribute(HOST, endpoint.substring(0, colon))
                    .setAttribute(PORT, Long.parseLong(endpoint.substring(colon + 1)));
        }
        if (resend != null) span.setAttribute(RESENT, (long) resend);
        if (attempt.status() != 0 && !attempt.isKept()) span.setAttribute(STATUS, (long) attempt.status());
        if (attempt.isKept()) span.setAttribute(KEPT, true);
        if (attempt.isShared()) span.setAttribute(SHARED, true);
    }

    static void add(Cancellation cancellation, Span span) {
        span.setAttribute(CANCELLED, cancellation.reason());
        span.setAttribute(CANCELLED_BY, cancellation.from());
    }

    /// Returns the reason why an attempt failed; null if it did not. One that was cancelled failed only if
    /// it was too slow.
    static @Nullable String error(AttemptRecorder attempt, @Nullable Cancellation stopped) {
        String error = attempt.error();
        if ("cancelled".equals(error)) {
            return switch (stopped == null ? "" : stopped.reason()) {
                case "budget" -> "timeout";
                case "deadline" -> "deadline_exceeded";
                default -> null;
            };
        }
        if (error != null) return error;
        return attempt.status() >= FIRST_ERROR ? Integer.toString(attempt.status()) : null;
    }

    static void fail(String reason, Span span) {
        span.setAttribute(ERROR, reason);
        span.setStatus(StatusCode.ERROR);
    }
}
