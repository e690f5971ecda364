package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;

/// A client that is known by a key.
///
/// @param name its name in the file
/// @param keys the hashes of its keys; several while one replaces another
public record ClientConfig(
        String name,
        @Key(fix = "add e.g. 'keys: [\"sha256:…\"]', the SHA-256 of its key in hex", min = "1", max = "10", single = true, each = "key", says = "The hashes of its keys, as sha256: and 64 hex digits; several while one replaces "
                + "another.") List<KeyHash> keys) {

    public ClientConfig { keys = List.copyOf(keys); }
}
