package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import org.jspecify.annotations.Nullable;

/// A configuration, and the file that it was read from.
///
/// @param file the file's name as it was given; null for the embedded configuration
/// @param hash the first digits of the SHA-256 of the file's text, without the contents of the secret files
///     that it names; `embedded` for the embedded configuration
public record LoadedConfig(ServiceConfig config, @Nullable String file, String hash) {}
