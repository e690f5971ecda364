package dev.structured.service.demo;

import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Endless;
import dev.structured.service.demo.Action.Raw;
import java.util.Map;

/// Answers that break a rule of HTTP, or end too early. Each lasts at most until the client closes the
/// connection. What the demo shows itself is in [Faults].
public final class BrokenAnswers {
    private BrokenAnswers() {}

    /// Sends the head and half of the body, then nothing more.
    public static Action hangInBody(Answer answer) {
        return new Raw(Faults.half(answer), Ending.HANG);
    }

    /// Resets the connection in the middle of the body.
    public static Action resetInBody(Answer answer) {
        return new Raw(Faults.half(answer), Ending.RESET);
    }

    /// Closes the connection in the middle of the head.
    public static Action closeInHead() {
        return new Raw(Faults.JSON_HEAD, Ending.CLOSE);
    }

    /// Sends unexpected bytes directly after a correct answer, and keeps the connection open.
    public static Action surplus(Answer answer, String surplus) {
        return new Raw(answer.head() + answer.bytes() + surplus, Ending.KEEP);
    }

    /// Sends both `Content-Length` and `Transfer-Encoding: chunked`, which contradict each other.
    public static Action lengthAndChunked() {
        return new Raw(
                Faults.JSON_HEAD
                        + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                Ending.KEEP);
    }

    /// Announces two different lengths.
    public static Action twoLengths() {
        return new Raw(Faults.JSON_HEAD + "Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  ", Ending.KEEP);
    }

    /// Sends a chunk whose size is not a number.
    public static Action badChunk() {
        return new Raw(Faults.JSON_HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                Ending.KEEP);
    }

    /// Closes the connection before the last chunk.
    public static Action chunksWithoutEnd() {
        return new Raw(Faults.JSON_HEAD + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", Ending.CLOSE);
    }

    /// Sends bytes that are not HTTP.
    public static Action noHttp() {
        return new Raw("SSH-2.0-demo\r\n\r\n", Ending.CLOSE);
    }

    /// Sends a header that never ends.
    public static Action hugeHeader() {
        return new Endless(Faults.JSON_HEAD + "X-Huge: ", Faults.BLOCK);
    }

    /// Sends headers without end.
    public static Action manyHeaders() {
        return new Endless(Faults.JSON_HEAD, "X-Many: more\r\n");
    }

    /// Sends interim answers (status 102) without end.
    public static Action endlessInterim() {
        return new Endless("", "HTTP/1.1 102 Processing\r\n\r\n");
    }

    /// Answers with a redirect.
    public static Action redirect(String location) {
        return new Answer(302, Map.of("Location", location), "");
    }
}
