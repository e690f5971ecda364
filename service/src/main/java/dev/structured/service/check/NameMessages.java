package dev.structured.service.check;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.Suggestion;
import java.util.Collection;

/// The messages about unknown names.
final class NameMessages {
    private NameMessages() {}

    static String unknownPart(String name, RouteConfig route) {
        return "names the unknown part '" + name + "'" + Suggestion.hint(name, route.parts().keySet()) + " "
                + known("parts of the route", route.parts().keySet());
    }

    static String unknownDownstream(String name, Collection<String> known) {
        return "names the unknown downstream '" + name + "'" + Suggestion.hint(name, known) + " "
                + known("known", known);
    }

    /// Returns `(parts of the route: product, price)`.
    static String known(String what, Collection<String> names) {
        return "(" + what + ": " + (names.isEmpty() ? "none" : String.join(", ", names)) + ")";
    }
}
