package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ReadFiles;
import org.jspecify.annotations.Nullable;

/// A configuration, and the files that it was read from.
///
/// @param file the file's name as it was given; null for the embedded configuration
/// @param hash the first digits of the SHA-256 of the text of the file and of those that it includes, without
///     the contents of the secret files that they name; `embedded` for the embedded configuration
/// @param files all files that were read, those of secrets included
public record LoadedConfig(ServiceConfig config, @Nullable String file, String hash, ReadFiles files) {}
