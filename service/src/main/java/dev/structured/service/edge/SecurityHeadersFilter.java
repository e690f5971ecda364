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
        API.put("Cross-Origin-Resource-Policy", "same-origin");
    }

    private final Map<String, String> fields;

    SecurityHeadersFilter(SecurityHeaders chosen) {
        this.fields = of(chosen);
    }

    /// Returns the headers of a preset.
    static Map<String, String> of(SecurityHeaders chosen) {
        if (chosen == SecurityHeaders.NONE) return Map.of();
        Map<String, String> fields = new LinkedHashMap<>(API);
        if (chosen == SecurityHeaders.API_HSTS) {
            fields.put("Strict-Transport-Security", "max-age=31536000");
        }
        return fields;
    }

    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        fields.forEach(context::header);
        return rest.answer(context);
    }
}
