package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Locale;

/// A header in which proxies name the client of a request. Only one is believed: a proxy that sets one of
/// them passes the other on as its client wrote it.
public enum ForwardedHeader {
    /// A list of addresses, the last one added by the last proxy.
    X_FORWARDED_FOR,
    /// The standard one (RFC 7239).
    FORWARDED;

    /// How they are written.
    public static final ChoiceType<ForwardedHeader> TYPE = ChoiceType.of(ForwardedHeader.class,
            ForwardedHeader::headerName);

    /// Returns the header's name, in lower case.
    public String headerName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
