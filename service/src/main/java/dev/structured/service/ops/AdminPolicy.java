package dev.structured.service.ops;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rules for clients of the admin listener.
///
/// @param hosts the values of `Host`, without ports, that are accepted besides those of the loopback
///     interface; `*` accepts every value
/// @param token the token that every request must carry, except for probes; null for none
/// @param readOnly true to refuse all changes
public record AdminPolicy(Set<String> hosts, @Nullable String token, boolean readOnly) {
    /// Accepts loopback names only, needs no token, and allows changes.
    public static final AdminPolicy DEFAULT = new AdminPolicy(Set.of(), null, false);

    public AdminPolicy { hosts = Set.copyOf(hosts); }

    /// Returns the rules without the token, which must not appear in logs.
    @Override
    public String toString() {
        return "AdminPolicy[hosts=" + hosts + ", token=" + (token == null ? "none" : "set") + ", readOnly="
                + readOnly + "]";
    }
}
