package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SetCookies;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The scripted downstreams of one spec, and the calls that they received. Used by one simulation, in which
/// one thread runs at a time.
final class SpecScript {
    /// An entry of the script, and the number of calls that it is still used for.
    private static final class Line {
        final SpecAnswer answer;
        long left;

        Line(SpecAnswer answer) {
            this.answer = answer;
            this.left = answer.times() == null ? Long.MAX_VALUE : answer.times();
        }
    }

    private final ReplyReader replies;
    private final Map<String, List<Line>> lines = new HashMap<>();
    private final Map<String, Integer> calls = new HashMap<>();
    private final List<String> unscripted = new ArrayList<>();

    SpecScript(ReplyReader replies) {
        this.replies = replies;
    }

    /// Adds entries in front of the existing ones.
    void add(Map<String, List<SpecAnswer>> answers) {
        answers.forEach((name, each) -> lines.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(0,
                each.stream().map(Line::new).toList()));
    }

    /// Returns the number of calls to each downstream so far.
    Map<String, Integer> calls() {
        return Map.copyOf(calls);
    }

    /// Returns the calls that no entry matched, each with its downstream, and removes them.
    List<String> takeUnscripted() {
        List<String> taken = List.copyOf(unscripted);
        unscripted.clear();
        return taken;
    }

    /// Returns the downstream with this name.
    Downstream downstream(String name) {
        return call -> answer(name, call);
    }

    private Reply answer(String name, Call call) throws DownstreamException, InterruptedException {
        calls.merge(name, 1, Integer::sum);
        SpecAnswer answer = find(name, call);
        if (answer == null) {
            unscripted.add(name + ": " + call.methodName() + " " + call.path());
            throw new DownstreamException(ErrorType.CONNECT_REFUSED, "no entry of the spec matches this call",
                    null);
        }
        SpecError error = answer.error();
        if (error != null) {
            await(error.after());
            throw new DownstreamException(error.type().error, "as the spec says", null);
        }
        SpecReply reply = answer.reply();
        if (reply == null) {
            Checkpoints.sleepForever();
            throw new IllegalStateException("sleepForever has returned");
        }
        await(reply.after());
        JsonNode body = reply.body();
        Passage passage = call.passage();
        if (passage != null) return passed(passage, reply);
        return replies.read(call, reply.status(), texts(reply.headers()),
                body == null ? MissingNode.getInstance() : body);
    }

    /// Passes a reply back, after all of the request has come.
    private static Reply passed(Passage passage, SpecReply reply) throws InterruptedException {
        while (passage.read() != null) {
            // A script has no use for it.
        }
        List<HeaderField> fields = new ArrayList<>();
        Map<String, String> headers = texts(reply.headers());
        headers.forEach((name, value) -> SetCookies.values(value)
                .forEach(each -> fields.add(new HeaderField(name, each))));
        JsonNode body = reply.body();
        byte[] bytes = body == null ? new byte[0] : bodyText(body).getBytes(StandardCharsets.UTF_8);
        passage.begin(reply.status(), fields);
        passage.write(ByteBuffer.wrap(passage.method().equals("HEAD") ? new byte[0] : bytes));
        return new Reply(reply.status(), MissingNode.getInstance(), headers, Freshness.UNKNOWN);
    }

    private static String bodyText(JsonNode body) {
        return body.isTextual() ? body.asText() : body.toString();
    }

    /// Waits for a reply, which takes time, however little: the calls that are made at the same time are all
    /// made before the first of them has its reply.
    private static void await(Duration after) {
        Checkpoints.sleep(after.isZero() ? Duration.ofNanos(1) : after);
    }

    private @Nullable SpecAnswer find(String name, Call call) {
        for (Line line : lines.getOrDefault(name, List.of())) {
            if (line.left == 0 || !SpecMatch.fits(line.answer.when(), call)) continue;
            line.left--;
            return line.answer;
        }
        return null;
    }

    /// Returns JSON values as the texts of headers; a list has a line for each.
    static Map<String, String> texts(Map<String, JsonNode> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> texts.put(name, text(value)));
        return texts;
    }

    /// Returns the text of a header; of a list, a line for each value.
    static String text(JsonNode value) {
        if (!value.isArray()) return value.asText();
        String text = null;
        for (JsonNode each : value) text = SetCookies.add(text, each.asText());
        return text == null ? "" : text;
    }
}
