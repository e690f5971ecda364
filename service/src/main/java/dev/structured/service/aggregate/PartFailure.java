package dev.structured.service.aggregate;

import org.jspecify.annotations.Nullable;

/// Why a part is not in the page.
///
/// @param part the part's name
/// @param downstream the downstream's name
/// @param type in which way it failed
/// @param status the downstream's HTTP status, where it answered with one
/// @param detail a sentence for the client: no host, no port, no stack
public record PartFailure(String part, String downstream, ErrorType type, @Nullable Integer status,
        String detail) {}
