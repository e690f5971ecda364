package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client that is known by a key.
///
/// @param name its name in the file
/// @param keys the hashes of its keys; several while one replaces another
/// @param priority the priority of its requests; null for that of the route
public record ClientConfig(
        String name,
        @Key(fix = "add e.g. 'keys: [\"sha256:…\"]', the SHA-256 of its key in hex", min = "1", max = "10", single = true, each = "key", says = "The hashes of its keys, as sha256: and 64 hex digits; several while one replaces "
                + "another.") List<KeyHash> keys,
        @Key(says = "The priority of its requests; that of the route unless it is there.") @Nullable Priority priority) {

    public ClientConfig { keys = List.copyOf(keys); }
}
