package dev.structured.service.edge;

/// Answers that are given before the body of the request was read.
final class UnreadBody {
    private UnreadBody() {}

    /// Returns the refusal of a request whose body nobody needs. The connection is kept if there is no body,
    /// or a short one that has come with its head, as that of most calls of an API.
    static Answer dropped(Answer refusal, FilterContext context) {
        boolean kept = !isAnnounced(context.request().headers()) || context.client().dropArrivedBody();
        return kept ? refusal : refusal.with("Connection", "close");
    }

    /// Returns the answer; if the request has a body, it closes the connection, because the unread bytes
    /// would be taken for the next request.
    static Answer on(Answer answer, ClientRequest request) {
        return isAnnounced(request.headers()) ? answer.with("Connection", "close") : answer;
    }

    /// Returns true if the head of a request says that a body follows.
    static boolean isAnnounced(Headers request) {
        String length = request.first("Content-Length");
        return (length != null && !length.strip().equals("0")) || request.contains("Transfer-Encoding");
    }
}
