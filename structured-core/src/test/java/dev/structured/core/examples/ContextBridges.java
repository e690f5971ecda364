package dev.structured.core.examples;

import dev.structured.core.Propagator;
import io.opentelemetry.context.Context;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// Propagators for contexts that other libraries bind to threads.
final class ContextBridges {
    private ContextBridges() {}

    // @start region=opentelemetry
    static final Propagator OPEN_TELEMETRY = task -> Context.current().wrap(task);
    // @end

    /// @param mdc in a program, the static methods of `MDC`
    static Propagator logging(MDCAdapter mdc) {
        // @start region=mdc
        return task -> {
            @Nullable
            Map<String, String> context = mdc.getCopyOfContextMap(); // null if there is none
            return () -> {
                if (context != null) mdc.setContextMap(context);
                try {
                    task.run();
                } finally {
                    mdc.clear();
                }
            };
        };
        // @end
    }

    // @start region=spring
    static final Propagator SPRING_REQUEST = task -> {
        RequestAttributes request = RequestContextHolder.getRequestAttributes(); // null outside of a request
        return () -> {
            RequestContextHolder.setRequestAttributes(request); // null resets it
            try {
                task.run();
            } finally {
                RequestContextHolder.resetRequestAttributes();
            }
        };
    };
    // @end
}
