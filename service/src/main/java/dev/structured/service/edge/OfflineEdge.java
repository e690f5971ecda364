package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.ServerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// The public edge without its sockets: finds the route, asks for the page, and makes the answer that a client would get,
/// whole and as JSON.
public final class OfflineEdge {
    private final RouteTable table;
    private final CallerDeadline deadline;
    private final LongSupplier nanoTime;

    /// @param nanoTime the time of the tasks that ask
    public OfflineEdge(RouteTable table, ServerConfig limits, LongSupplier nanoTime) {
        this.table = table;
        this.deadline = new CallerDeadline(limits.deadlineHeaders(), _ -> {});
        this.nanoTime = nanoTime;
    }

    /// What a client sends.
    ///
    /// @param path as it is sent, encoded, without the query
    /// @param query decoded
    /// @param body null for none
    /// @param timeLeft how much time the client gives beside what its headers say; null for any
    public record Sent(String method, String path, Map<String, List<String>> query,
            Map<String, String> headers, @Nullable JsonNode body, @Nullable Duration timeLeft) {}

    /// What a client gets.
    ///
    /// @param headers names in lower case; those of this answer, not those that every answer has
    /// @param outcome `complete`, `partial`, `failed` or `refused`
    /// @param missing why parts are missing, or what stands in for them failed, by name
    public record Answered(int status, Map<String, String> headers, ObjectNode body, String outcome,
            Map<String, String> missing) {}

    /// Answers a request. Must be called from a task. Blocks. **Checkpoint.**
    public Answered answer(Sent sent) {
        return switch (table.match(sent.method(), sent.path())) {
            case RouteTable.Match.Nothing() -> refused(Problems.unknownPath());
            case RouteTable.Match.OtherMethods(_, String allow) ->
                answered(Problems.methodNotAllowed().answer("-").with("Allow", allow), Verdict.UNKNOWN);
            case RouteTable.Match.Found found -> page(found, sent);
        };
    }

    private Answered page(RouteTable.Match.Found found, Sent sent) {
        long began = nanoTime.getAsLong();
        Endpoint endpoint = found.endpoint();
        try {
            PageRequest request = request(found, sent);
            Outcome outcome = endpoint.pages().aggregate(endpoint.route(), request, PartSink.NONE);
            Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - began);
            return answered(PageRendering.of(outcome, endpoint, request, elapsed),
                    PageRendering.verdict(outcome));
        } catch (BadRequestException e) {
            return refused(Problems.badRequest(e));
        } catch (Refusal e) {
            return refused(e.problem());
        }
    }

    private PageRequest request(RouteTable.Match.Found found, Sent sent) throws Refusal {
        PathSegments.checkParams(found.params());
        HttpFields.Mutable headers = HttpFields.build();
        sent.headers().forEach(headers::put);
        JsonNode body = sent.body();
        if (body != null && !headers.contains("content-type"))
            headers.put("content-type", "application/json");
        byte[] bytes = body == null ? new byte[0] : JsonText.bytes(body);
        JsonNode read = found.endpoint().readsBody() ? JsonBody.read(headers, bytes) : null;
        return new PageRequest("-", found.params(), sent.query(),
                RequestHeaders.of(headers, found.endpoint().headers()), read,
                shorter(deadline.left(headers, 0), sent.timeLeft()));
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) return one == null ? other : one;
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Answered refused(Problem problem) {
        return answered(problem.answer("-"), Verdict.UNKNOWN);
    }

    private static Answered answered(Answer answer, Verdict verdict) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", answer.contentType());
        answer.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        Map<String, String> missing = new LinkedHashMap<>();
        verdict.parts().forEach(part -> missing.put(part.part(), part.type().label()));
        return new Answered(answer.status(), headers, answer.body(), verdict.outcome(), missing);
    }
}
