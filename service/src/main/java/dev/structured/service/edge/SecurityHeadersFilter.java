package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.SecurityHeaders;
import java.io.IOException;
import java.util.Map;

/// Adds the headers to every answer that restrict what browsers do with it.
final class SecurityHeadersFilter implements Filter {
    private final Map<String, String> fields;

    SecurityHeadersFilter(SecurityHeaders chosen) {
        this.fields = chosen.fields();
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        fields.forEach(context::header);
        return rest.answer(context);
    }
}
