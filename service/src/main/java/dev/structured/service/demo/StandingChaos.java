package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The script of a running demo downstream. It answers requests, unless it was told to fail.
///
/// The query parameter `chaos` makes it fail one request. `PUT /chaos` with a kind as its body (`hang`,
/// `500`, `slow=300`) makes it fail all later requests, until `none` is put.
final class StandingChaos {
    private static final String PATH = "/chaos";

    private final DemoDownstream downstream;
    /// The kind of fault that is in force; null for none.
    private volatile @Nullable String kind;

    StandingChaos(DemoDownstream downstream) {
        this.downstream = downstream;
    }

    /// Returns the action for a request.
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
            tell(told);
        } else if (!request.method().equals("GET")) {
            return DemoDownstream.error(405, "only GET and PUT are answered here");
        }
        return DemoDownstream.json(200, "chaos", told());
    }

    /// Sets the kind of fault.
    ///
    /// @param fault a kind, or `none`
    /// @throws IllegalArgumentException if there is no such kind; the message is for the user
    void tell(String fault) {
        boolean none = fault.equals("none");
        if (!none) Chaos.of(fault, Answer.json(200, "{}"));
        kind = none ? null : fault;
    }

    /// Returns the kind of fault that is in force, or `none`.
    String told() {
        String now = kind;
        return now == null ? "none" : now;
    }
}
