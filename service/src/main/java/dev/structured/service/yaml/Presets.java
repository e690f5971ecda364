package dev.structured.service.yaml;

/// A section with values for keys that records of one kind do not have themselves. Only keys with
/// [Key#inDefaults()] may be in it.
///
/// The values are in the records that they fill, so there are none in here, and all are equal. The section
/// must come before those records in the record that has both.
///
/// @param <R> the kind of records
@SuppressWarnings("UnusedTypeParameter") // the reader asks for it
public record Presets<R extends Record>() {}
