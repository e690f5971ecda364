package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Reads the body of every request, up to a limit, and keeps it if the route has a use for it.
///
/// A body that was left unread would hold up the next request of its connection.
///
/// @param mostBytes the longest body that is read
record BodyFilter(int mostBytes) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        if (isRefusedUnread(context)) {
            context.header("Connection", "close");
            return rest.answer(context);
        }
        boolean wanted = context.match() instanceof RouteTable.Match.Found(ServedRoute served, _)
                && served.readsBody();
        return switch (context.client().readBody(mostBytes, wanted)) {
            case ReceivedBody.Complete(byte[] bytes) -> {
                context.body(bytes);
                yield rest.answer(context);
            }
            case ReceivedBody.TooLarge() -> closing(EdgeProblems.bodyTooLarge(mostBytes), context);
            case ReceivedBody.Malformed() -> closing(EdgeProblems.malformedBody(), context);
            case ReceivedBody.TooSlow() -> closing(EdgeProblems.bodyTooSlow(), context);
        };
    }

    /// Returns true if the client waits for a word before it sends its body, and its head alone shows that
    /// the later filters answer without it: to read the body would be to answer 100.
    private static boolean isRefusedUnread(FilterContext context) {
        Headers headers = context.request().headers();
        if (!headers.contains("Expect") || !UnreadBody.isAnnounced(headers)) return false;
        if (!(context.match() instanceof RouteTable.Match.Found(ServedRoute served, _))) return true;
        return !AcceptFilter.isAcceptable(headers, served)
                || (served.readsBody() && !JsonBody.isJson(headers));
    }

    /// Returns an answer that closes the connection: the rest of the body is still to come, so the connection
    /// cannot carry another request.
    private static Answer closing(ProblemDetails problem, FilterContext context) {
        return context.answer(problem).with("Connection", "close");
    }
}
