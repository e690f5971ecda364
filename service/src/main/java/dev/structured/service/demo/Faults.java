package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Dripped;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Endless;
import dev.structured.service.demo.Action.Raw;
import java.time.Duration;

/// The faults of a downstream that the demo can show, by name. Each lasts at most until the client closes the
/// connection.
public final class Faults {
    static final String JSON_HEAD = "HTTP/1.1 200 .\r\nContent-Type: application/json\r\n";
    static final String BLOCK = "x".repeat(8192);

    private Faults() {}

    /// Sends nothing and keeps the connection open.
    public static Action hang() {
        return new Raw("", Ending.HANG);
    }

    /// Sends the head, then the body one byte at a time.
    public static Action drip(Answer answer, Duration interval) {
        return new Dripped(answer, interval);
    }

    /// Resets the connection instead of answering.
    public static Action reset() {
        return new Raw("", Ending.RESET);
    }

    /// Closes the connection instead of answering.
    public static Action close() {
        return new Raw("", Ending.CLOSE);
    }

    /// Announces a longer body than it sends.
    public static Action truncated(Answer answer) {
        return new Raw(half(answer), Ending.CLOSE);
    }

    /// Sends a body that is not JSON, announced as JSON.
    public static Action badJson() {
        return Answer.json(200, "{\"answer\": 42, oops");
    }

    /// Sends a body that never ends.
    public static Action hugeBody() {
        return new Endless(JSON_HEAD + "Transfer-Encoding: chunked\r\n\r\n2001\r\n\"" + BLOCK + "\r\n",
                "2000\r\n" + BLOCK + "\r\n");
    }

    static String half(Answer answer) {
        String body = answer.bytes();
        return answer.head() + body.substring(0, body.length() / 2);
    }
}
