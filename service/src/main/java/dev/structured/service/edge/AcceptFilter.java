package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import java.util.Optional;

/// Chooses the form in which the page is sent, by the header `Accept`.
final class AcceptFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        context.type(best(context.request().headers(), context.served())
                .orElseThrow(() -> new Refusal(EdgeProblems.notAcceptable(context.served().types()))));
        return rest.answer(context);
    }

    /// Returns true if the route has a form that the client takes.
    static boolean isAcceptable(Headers headers, ServedRoute served) {
        return best(headers, served).isPresent();
    }

    private static Optional<PageType> best(Headers headers, ServedRoute served) {
        return Accept.best(headers.values("Accept"), served.types());
    }
}
