package dev.structured.service.edge;

/// Answers that are given before the body of the request was read.
final class UnreadBody {
    private UnreadBody() {}

    /// Returns the answer; if the request has a body, it closes the connection, because the unread bytes
    /// would be taken for the next request.
    static Answer on(Answer answer, ClientRequest request) {
        String length = request.headers().first("Content-Length");
        boolean body = (length != null && !length.strip().equals("0"))
                || request.headers().contains("Transfer-Encoding");
        return body ? answer.with("Connection", "close") : answer;
    }
}
