package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Locale;

/// An encoding of bodies that a downstream may be asked for.
public enum Encoding {
    /// RFC 1952.
    GZIP,
    /// RFC 1950, which HTTP calls `deflate`.
    DEFLATE,
    /// RFC 8878, with windows of at most 8 MiB (RFC 9659).
    ZSTD;

    /// How the encodings are written.
    public static final ChoiceType<Encoding> TYPE = ChoiceType.of(Encoding.class, Encoding::token);

    /// Returns the name of the encoding in HTTP.
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
