package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Tells the client the id under which the log knows its request.
final class RequestIdFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        context.header(RequestId.HEADER, context.id());
        return rest.answer(context);
    }
}
