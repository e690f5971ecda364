package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Looks up the route of a request.
final class RouteFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        ClientRequest request = context.request();
        context.match(context.table().match(request.method(), request.host(), request.path()));
        return rest.answer(context);
    }
}
