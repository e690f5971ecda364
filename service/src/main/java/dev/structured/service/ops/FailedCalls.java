package dev.structured.service.ops;

import dev.structured.service.aggregate.PartFailure;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Writes a line to the log for each part whose call failed, at a level that can be changed while the service
/// runs; and the page `/log` of the admin listener, which shows and changes it. At first, no lines are
/// written.
///
/// A line may name hosts, which answers to clients never do. **Thread-safe.**
public final class FailedCalls {
    private static final Logger LOG = LoggerFactory.getLogger("calls");
    private static final String OFF = "off";

    /// Null for no lines.
    private volatile @Nullable Level level;

    /// Makes a log that writes no lines.
    public FailedCalls() {}

    /// Writes a line, if lines are written at present.
    void failed(String route, PartFailure failure, String detail) {
        Level wanted = level;
        if (wanted == null) return;
        LOG.atLevel(wanted).log(failure.line(route, detail));
    }

    /// Adds the page.
    void add(RoutesConfig routes, AdminGate gate) {
        AdminPages.add(routes, "/log", this::show);
        routes.post("/log", ctx -> {
            gate.checkChange(ctx);
            level = asked(ctx.queryParam("calls"));
            show(ctx);
        });
    }

    private void show(Context ctx) {
        Level now = level;
        ctx.contentType("application/json")
                .result("{\"calls\":\"%s\"}\n".formatted(now == null ? OFF : name(now)));
    }

    private static @Nullable Level asked(@Nullable String name) {
        if (OFF.equals(name)) return null;
        for (Level level : new Level[]{Level.INFO, Level.WARN, Level.ERROR}) {
            if (name(level).equals(name)) return level;
        }
        throw new HttpResponseException(400,
                "calls must be off, info, warn or error, as in POST /log?calls=warn",
                Map.of());
    }

    private static String name(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
