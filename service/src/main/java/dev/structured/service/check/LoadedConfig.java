package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ReadFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A configuration, and the files that it was read from.
///
/// @param file the file's name as it was given; null for the embedded configuration
/// @param hash the first digits of the SHA-256 of the text of the file and of those that it includes, without
///     the contents of the secret files that they name; `embedded` for the embedded configuration
/// @param files all files that were read, those of secrets included
/// @param warnings what a user should know of the configuration although it is valid, with the places
public record LoadedConfig(ServiceConfig config, @Nullable String file, String hash, ReadFiles files,
        List<String> warnings) {
    public LoadedConfig { warnings = List.copyOf(warnings); }
}
