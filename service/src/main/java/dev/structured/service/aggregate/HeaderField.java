package dev.structured.service.aggregate;

/// One header field, of which a message may have several with the same name.
///
/// @param name as it was sent
public record HeaderField(String name, String value) {}
