package dev.structured.service.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One part of a page: one downstream call.
///
/// @param name the field of the page that it fills
/// @param downstream the name of the downstream it is asked of
/// @param path the path to ask for
/// @param query the names of the client's query parameters that are passed on; all others are not
/// @param required true when there is no page without it
/// @param budget the longest time that its call may take, counted from when the values it needs are there;
///     null when only the route's deadline bounds it
public record PartConfig(String name, String downstream, PathTemplate path, List<String> query,
        boolean required,
        @Nullable Duration budget) {

    public PartConfig { query = List.copyOf(query); }

    /// Returns the names of the parts whose values this part's path needs.
    public Set<String> needs() {
        return path.parts();
    }
}
