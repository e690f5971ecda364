package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.SecurityHeaders;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Puts the headers on every answer that tell browsers what they must not do with it.
final class SecurityHeadersFilter implements Filter {
    private static final Map<String, String> API = new LinkedHashMap<>();
    static {
        API.put("X-Content-Type-Options", "nosniff");
        API.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        API.put("X-Frame-Options", "DENY");
        API.put("Referrer-Policy", "no-referrer");
    }

    private final boolean httpsOnly;

    SecurityHeadersFilter(SecurityHeaders chosen) {
        this.httpsOnly = chosen == SecurityHeaders.API_HSTS;
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        API.forEach(context::header);
        if (httpsOnly) context.header("Strict-Transport-Security", "max-age=31536000");
        return rest.answer(context);
    }
}
