package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import org.jspecify.annotations.Nullable;

/// An encoding of bodies that a downstream may be asked for. Its label is its name in HTTP.
public enum Encoding implements Labelled {
    /// RFC 1952.
    GZIP,
    /// RFC 1950, which HTTP calls `deflate`.
    DEFLATE,
    /// RFC 8878, with windows of at most 8 MiB (RFC 9659).
    ZSTD;

    /// Returns true if a field `Content-Encoding` with this value, in lower case, names this encoding.
    ///
    /// @param name null if there is no field
    public boolean isNamed(@Nullable String name) {
        return label().equals(name) || (this == GZIP && "x-gzip".equals(name));
    }

    /// The type of encodings.
    public static final ChoiceType<Encoding> TYPE = ChoiceType.of(Encoding.class, Encoding::label);
}
