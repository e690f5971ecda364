package dev.structured.service.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What components get whose value cannot be read: something that lets the record be made, and blames nobody else.
final class StandIns {
    private static final URI NO_URL = URI.create("http://unknown.invalid");
    private static final RoutePath NO_PATH = new RoutePath("/", List.of());
    private static final Variable NO_VARIABLE = new Variable(Variable.REQUEST, List.of("id"));

    private StandIns() {}

    static @Nullable Object of(Slot slot, Key key) {
        Class<?> type = slot.type();
        if (slot.nullable()) return null;
        if (type == int.class) return 1;
        // A part that may be required is taken for it, so that those that need it are not blamed.
        if (type == boolean.class) return !key.preset().equals("true");
        if (type == Duration.class) return Duration.ofMinutes(10);
        if (type == String.class) return "";
        if (type == List.class) return List.of();
        if (type == Map.class) return Map.of();
        if (type == URI.class) return NO_URL;
        if (type == RoutePath.class) return NO_PATH;
        if (type == Variable.class) return NO_VARIABLE;
        if (type == Share.class) return new Share(100);
        if (type == HedgeDelay.class) return new HedgeDelay.After(Duration.ofMinutes(1));
        if (type.isEnum()) return type.getEnumConstants()[0];
        throw new IllegalStateException("No stand-in for " + type + " of " + slot);
    }
}
