package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import java.util.List;

/// Chooses the form in which the page is sent, by the header `Accept`.
final class AcceptFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        List<PageType> offered = context.served().types();
        context.type(Accept.best(context.request().headers().values("Accept"), offered)
                .orElseThrow(() -> new Refusal(EdgeProblems.notAcceptable(offered))));
        return rest.answer(context);
    }
}
