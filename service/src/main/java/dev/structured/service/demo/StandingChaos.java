package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One running demo downstream: answers, unless it was told to misbehave.
///
/// It is told by the query parameter `chaos` of one request, or for all that come by `PUT /chaos` with a kind as the body:
/// `hang`, `500`, `slow=300`; `none` ends it.
final class StandingChaos {
    private static final String PATH = "/chaos";

    private final DemoDownstream downstream;
    /// Null for none.
    private volatile @Nullable String kind;

    StandingChaos(DemoDownstream downstream) {
        this.downstream = downstream;
    }

    /// Answers a request. The script of a [DemoServer].
    Action answer(Request request) {
        try {
            if (request.path().equals(PATH)) return told(request);
            Action action = downstream.answer(request);
            String standing = kind;
            if (standing == null || request.path().equals("/health")) return action;
            return action instanceof Answer answer ? Chaos.of(standing, answer) : action;
        } catch (IllegalArgumentException e) {
            return DemoDownstream.error(400, String.valueOf(e.getMessage()));
        }
    }

    private Answer told(Request request) {
        if (request.method().equals("PUT")) {
            String told = new String(request.body().getBytes(StandardCharsets.ISO_8859_1),
                    StandardCharsets.UTF_8).strip();
            boolean none = told.equals("none");
            if (!none) Chaos.of(told, Answer.json(200, "{}"));
            kind = none ? null : told;
        } else if (!request.method().equals("GET")) {
            return DemoDownstream.error(405, "only GET and PUT are answered here");
        }
        String now = kind;
        return DemoDownstream.json(200, "chaos", now == null ? "none" : now);
    }
}
