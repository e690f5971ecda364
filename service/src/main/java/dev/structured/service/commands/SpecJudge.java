package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.commands.SpecEdge.Answered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares the answer of a request with the expected one.
final class SpecJudge {
    private static final int LONGEST_LINE = 100;

    private final SpecExpect expect;
    private final Answered answer;
    private final List<String> wrong = new ArrayList<>();

    private SpecJudge(SpecExpect expect, Answered answer) {
        this.expect = expect;
        this.answer = answer;
    }

    /// Returns the differences, one a line; none if the answer is as expected.
    ///
    /// @param took the duration of the request
    /// @param calls the number of calls to each downstream
    static List<String> judge(SpecExpect expect, Answered answer, Duration took,
            Map<String, Integer> calls) {
        SpecJudge judge = new SpecJudge(expect, answer);
        judge.outcome();
        judge.time(took);
        judge.calls(calls);
        judge.headers();
        judge.body();
        return judge.wrong;
    }

    private void compare(String what, @Nullable Object expected, @Nullable Object actual) {
        if (expected == null || expected.equals(actual)) return;
        wrong.add(what + ": expected " + expected + ", got " + (actual == null ? "nothing" : actual));
    }

    private void outcome() {
        compare("status", expect.status(), answer.status());
        SpecExpect.Came outcome = expect.outcome();
        compare("outcome", outcome == null ? null : outcome.label(),
                answer.outcome());
        compare("missing", expect.missing(), answer.missing());
    }

    private void time(Duration took) {
        Duration exactly = expect.took();
        Duration most = expect.tookAtMost();
        compare("took", exactly == null ? null : Words.time(exactly), Words.time(took));
        if (most != null && took.compareTo(most) > 0) {
            wrong.add("took: expected at most " + Words.time(most) + ", got " + Words.time(took));
        }
    }

    private void calls(Map<String, Integer> calls) {
        expect.calls().forEach(
                (name, count) -> compare("calls of " + name, count, calls.getOrDefault(name, 0)));
    }

    private void headers() {
        expect.headers().forEach((name, value) -> {
            String actual = answer.headers().get(name);
            if (!value.isNull()) {
                compare("header " + name, SpecScript.text(value), actual);
            } else if (actual != null) {
                wrong.add("header " + name + ": expected nothing, got " + actual);
            }
        });
    }

    private void body() {
        JsonNode actual = answer.body();
        JsonNode body = expect.body();
        JsonNode contains = expect.contains();
        if (body != null) tell("body", JsonDifference.between(body, actual), body, actual);
        if (contains != null) tell("body", JsonDifference.contained(contains, actual), contains, actual);
    }

    private void tell(String what, @Nullable JsonDifference difference, JsonNode expected, JsonNode actual) {
        if (difference == null) return;
        wrong.add(what + " " + difference);
        wrong.add("  expected " + text(expected));
        wrong.add("  got      " + text(actual));
    }

    private static String text(JsonNode node) {
        if (node.isMissingNode()) return "nothing";
        String line = node.toString();
        return line.length() <= LONGEST_LINE ? line : node.toPrettyString().replace("\n", "\n  ");
    }
}
