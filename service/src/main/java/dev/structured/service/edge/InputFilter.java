package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Decodes the parameters of the path, the query, and the JSON body of a route that reads one.
final class InputFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        PathSegments.checkParams(context.found().params());
        var query = Query.of(context.request().query());
        JsonNode body = context.served().readsBody()
                ? JsonBody.read(context.request().headers(), context.body())
                : null;
        context.input(query, body);
        return rest.answer(context);
    }
}
