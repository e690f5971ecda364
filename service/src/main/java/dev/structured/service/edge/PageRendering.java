package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns the outcome of a route into an answer.
///
/// | outcome | answer |
/// |---|---|
/// | complete | the route's status, usually 200, with the page, and how long it may be kept |
/// | partial | the route's status with the page, `X-Parts`, a `Proxy-Status` for each missing part, `no-store` |
/// | failed | a problem that names the missing part, with the outcome's status |
/// | batch | 200 with the page or the problem of each item |
final class PageRendering {
    private static final String JSON = "application/json";
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String NO_STORE = "no-store";
    private static final long YEAR = Duration.ofDays(365).toSeconds();

    private PageRendering() {}

    /// Returns the answer for `outcome`.
    ///
    /// @param elapsed the time that the request took
    static Answer of(Outcome outcome, ServedRoute served, PageRequest request, Duration elapsed) {
        return switch (outcome) {
            case Outcome.Complete complete -> complete(complete, served);
            case Outcome.Partial partial -> partial(partial, served);
            case Outcome.Failed failed -> FailedPage.of(failed, served, request, elapsed);
            case Outcome.Batch batch -> BatchRendering.of(batch, served, request, elapsed);
        };
    }

    /// Returns the verdict on `outcome` for the log and the metrics.
    static Verdict verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Complete _ -> Verdict.COMPLETE;
            case Outcome.Partial(_, List<PartFailure> missing, _) -> Verdict.partial(missing);
            case Outcome.Failed(PartFailure failure, int status) -> Verdict.failed(failure, status);
            case Outcome.Batch batch -> BatchRendering.verdict(batch);
        };
    }

    private static Answer complete(Outcome.Complete complete, ServedRoute served) {
        Answer answer = page(complete.page(), complete.headers(), served).with("Vary", vary(served));
        boolean forAnyone = served.route().access() == null && !served.headers().contains("cookie");
        if (served.setsCookies()) return answer.with(CACHE_CONTROL, NO_STORE);
        String cacheControl = cacheControl(complete.freshness(), forAnyone, served.route().method());
        return cacheControl == null ? answer : answer.with(CACHE_CONTROL, cacheControl);
    }

    private static Answer partial(Outcome.Partial partial, ServedRoute served) {
        List<PartFailure> missing = partial.missing();
        return page(partial.page(), partial.headers(), served)
                .with("X-Parts", parts(missing, served.route().parts().size()))
                .with(ProxyStatus.HEADER, ProxyStatus.of(missing))
                .with(CACHE_CONTROL, NO_STORE);
    }

    private static Answer page(ObjectNode page, Map<String, String> headers, ServedRoute served) {
        AnswerConfig answer = served.route().answer();
        return answer.hasBody()
                ? new Answer(answer.status(), JSON, ReplyHeaders.sane(headers), page)
                : new Answer(answer.status(), null, ReplyHeaders.sane(headers), null);
    }

    /// Returns the request headers on which the page depends.
    private static String vary(ServedRoute served) {
        StringBuilder vary = new StringBuilder("Accept");
        for (String name : served.headers()) {
            if (!name.equals("accept")) vary.append(", ").append(name);
        }
        return vary.toString();
    }

    private static @Nullable String cacheControl(Freshness freshness, boolean forAnyone, Method method) {
        if (method != Method.GET || (freshness.known() && freshness.seconds() <= 0)) return NO_STORE;
        String whose = freshness.shared() && forAnyone ? "" : "private";
        if (!freshness.known() || freshness.equals(Freshness.FOREVER)) return whose.isEmpty() ? null : whose;
        return (whose.isEmpty() ? "" : whose + ", ") + "max-age=" + Math.min(freshness.seconds(), YEAR);
    }

    private static String parts(List<PartFailure> missing, int total) {
        String failed = missing.stream().map(PageRendering::name).collect(Collectors.joining(" "));
        return "total=" + total + ", ok=" + (total - missing.size()) + ", failed="
                + (missing.size() == 1 ? failed : "(" + failed + ")");
    }

    private static String name(PartFailure failure) {
        String name = StructuredField.tokenOrString(failure.part()) + ";" + failure.type().label();
        return failure.instead() == PartFailure.Instead.NOTHING
                ? name
                : name + ";instead=" + failure.instead().label();
    }
}
