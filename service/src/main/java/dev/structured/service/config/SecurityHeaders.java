package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Sets of headers that tell browsers what they must not do with an answer.
public enum SecurityHeaders {
    /// None.
    NONE,
    /// For JSON: never shown as a page, in a frame or under another type, never inside a page of another
    /// origin that has not asked by the rules of CORS, and its address is told nobody.
    API,
    /// The same, and the host is asked over HTTPS only, for a year (RFC 6797).
    API_HSTS;

    private static final Map<String, String> FOR_JSON = new LinkedHashMap<>();
    static {
        FOR_JSON.put("X-Content-Type-Options", "nosniff");
        FOR_JSON.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        FOR_JSON.put("X-Frame-Options", "DENY");
        FOR_JSON.put("Referrer-Policy", "no-referrer");
        FOR_JSON.put("Cross-Origin-Resource-Policy", "same-origin");
    }

    /// How they are written.
    public static final ChoiceType<SecurityHeaders> TYPE = ChoiceType.of(SecurityHeaders.class,
            each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'));

    /// Returns the headers with their values, in the order in which they are sent.
    public Map<String, String> fields() {
        if (this == NONE) return Map.of();
        Map<String, String> fields = new LinkedHashMap<>(FOR_JSON);
        if (this == API_HSTS) fields.put("Strict-Transport-Security", "max-age=31536000");
        return Collections.unmodifiableMap(fields);
    }
}
