package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Locale;

/// Sets of headers that tell browsers what they must not do with an answer.
public enum SecurityHeaders {
    /// None.
    NONE,
    /// For JSON: never shown as a page, in a frame or under another type, never inside a page of another
    /// origin that has not asked by the rules of CORS, and its address is told nobody.
    API,
    /// The same, and the host is asked over HTTPS only, for a year (RFC 6797).
    API_HSTS;

    /// How they are written.
    public static final ChoiceType<SecurityHeaders> TYPE = ChoiceType.of(SecurityHeaders.class,
            each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'));
}
