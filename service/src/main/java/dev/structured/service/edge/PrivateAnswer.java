package dev.structured.service.edge;

import dev.structured.service.aggregate.HeaderField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Marks the answers that a route with access passes back as private. The downstream does not know that the
/// route requires access: it may call an answer public, and a cache in front would then give it to anyone.
final class PrivateAnswer {
    private static final String CACHE_CONTROL = "Cache-Control";
    /// A directive may have a list in quotes, with commas of its own.
    private static final Pattern DIRECTIVE = Pattern.compile("(?:[^,\"]|\"[^\"]*\")+");
    private static final Set<String> FOR_SHARED_CACHES = Set.of("public", "s-maxage", "proxy-revalidate",
            "private");

    private PrivateAnswer() {}

    /// Makes the fields of an answer say that no cache may keep it for several clients.
    static void in(List<HeaderField> fields) {
        List<String> directives = new ArrayList<>(List.of("private"));
        for (HeaderField each : fields) {
            if (!each.name().equalsIgnoreCase(CACHE_CONTROL)) continue;
            Matcher directive = DIRECTIVE.matcher(each.value());
            while (directive.find()) {
                String text = directive.group().strip();
                String name = text.replaceFirst("(?s)=.*", "").strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty() && !FOR_SHARED_CACHES.contains(name)) directives.add(text);
            }
        }
        fields.removeIf(each -> isForCaches(each.name().toLowerCase(Locale.ROOT)));
        fields.add(new HeaderField(CACHE_CONTROL, String.join(", ", directives)));
    }

    /// Returns true for `Cache-Control`, and for its forms that only shared caches read (RFC 9213).
    private static boolean isForCaches(String name) {
        return name.endsWith("cache-control") || name.equals("surrogate-control");
    }
}
