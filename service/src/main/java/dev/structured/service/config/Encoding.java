package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// An encoding of bodies that a downstream may be asked for. Its label is its name in HTTP.
public enum Encoding implements Labelled {
    /// RFC 1952.
    GZIP,
    /// RFC 1950, which HTTP calls `deflate`.
    DEFLATE,
    /// RFC 8878, with windows of at most 8 MiB (RFC 9659).
    ZSTD;

    /// The type of encodings.
    public static final ChoiceType<Encoding> TYPE = ChoiceType.of(Encoding.class, Encoding::label);
}
