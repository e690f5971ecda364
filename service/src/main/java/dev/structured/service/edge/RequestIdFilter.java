package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Sends the client the id of its request in the log.
final class RequestIdFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        context.header(RequestId.HEADER, context.id());
        return rest.answer(context);
    }
}
