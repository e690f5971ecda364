package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Dripped;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Endless;
import dev.structured.service.demo.Action.Raw;
import java.time.Duration;
import java.util.Map;

/// The faults of a downstream, by name. Each lasts at most until the client closes the connection.
public final class Faults {
    private static final String JSON_HEAD = "HTTP/1.1 200 .\r\nContent-Type: application/json\r\n";
    private static final String BLOCK = "x".repeat(8192);

    private Faults() {}

    /// Sends nothing and keeps the connection open.
    public static Action hang() {
        return new Raw("", Ending.HANG);
    }

    /// Sends the head and half of the body, then nothing more.
    public static Action hangInBody(Answer answer) {
        return new Raw(half(answer), Ending.HANG);
    }

    /// Sends the head, then the body one byte at a time.
    public static Action drip(Answer answer, Duration interval) {
        return new Dripped(answer, interval);
    }

    /// Resets the connection instead of answering.
    public static Action reset() {
        return new Raw("", Ending.RESET);
    }

    /// Resets the connection in the middle of the body.
    public static Action resetInBody(Answer answer) {
        return new Raw(half(answer), Ending.RESET);
    }

    /// Closes the connection instead of answering.
    public static Action close() {
        return new Raw("", Ending.CLOSE);
    }

    /// Closes the connection in the middle of the head.
    public static Action closeInHead() {
        return new Raw(JSON_HEAD, Ending.CLOSE);
    }

    /// Announces a longer body than it sends.
    public static Action truncated(Answer answer) {
        return new Raw(half(answer), Ending.CLOSE);
    }

    /// Sends unexpected bytes directly after a correct answer, and keeps the connection open.
    public static Action surplus(Answer answer, String surplus) {
        return new Raw(answer.head() + answer.bytes() + surplus, Ending.KEEP);
    }

    /// Sends both `Content-Length` and `Transfer-Encoding: chunked`, which contradict each other.
    public static Action lengthAndChunked() {
        return new Raw(
                JSON_HEAD + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                Ending.KEEP);
    }

    /// Announces two different lengths.
    public static Action twoLengths() {
        return new Raw(JSON_HEAD + "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  ", Ending.KEEP);
    }

    /// Sends a chunk whose size is not a number.
    public static Action badChunk() {
        return new Raw(JSON_HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", Ending.KEEP);
    }

    /// Closes the connection before the last chunk.
    public static Action chunksWithoutEnd() {
        return new Raw(JSON_HEAD + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", Ending.CLOSE);
    }

    /// Sends bytes that are not HTTP.
    public static Action noHttp() {
        return new Raw("SSH-2.0-demo\r\n\r\n", Ending.CLOSE);
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

    /// Sends a header that never ends.
    public static Action hugeHeader() {
        return new Endless(JSON_HEAD + "X-Huge: ", BLOCK);
    }

    /// Sends headers without end.
    public static Action manyHeaders() {
        return new Endless(JSON_HEAD, "X-Many: more\r\n");
    }

    /// Sends interim answers (status 102) without end.
    public static Action endlessInterim() {
        return new Endless("", "HTTP/1.1 102 Processing\r\n\r\n");
    }

    /// Answers with a redirect.
    public static Action redirect(String location) {
        return new Answer(302, Map.of("Location", location), "");
    }

    private static String half(Answer answer) {
        String body = answer.bytes();
        return answer.head() + body.substring(0, body.length() / 2);
    }
}
