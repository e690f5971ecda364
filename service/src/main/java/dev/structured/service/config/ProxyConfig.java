package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import org.jspecify.annotations.Nullable;

/// A route that passes its requests on to one downstream, and the answers back, as they come.
///
/// @param downstream the downstream's name
/// @param path the path that is asked for, in place of the route's; null for the path as it came
/// @param maxBodyBytes the largest request body that is passed on; null for any
/// @param encodedSlash whether the rest of the path may hold `%2F`
public record ProxyConfig(
        @Key(name = "to", fix = "add 'to: NAME', the downstream that gets the requests", says = "The downstream that gets the requests.") String downstream,
        @Key(says = "The path that is asked for: /** without the route's own beginning, /v2/** with another one. As it "
                + "came unless it is there.") @Nullable RoutePath path,
        @Key(name = "maxBody", type = SizeInBytes.class, min = "1KiB", max = "1024MiB", says = "The largest request body that is passed on; any unless it is there.") @Nullable Integer maxBodyBytes,
        @Key(preset = "false", says = "Whether the path behind ** may hold an encoded slash (%2F), which some servers take for a "
                + "slash.") boolean encodedSlash) {}
