package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.BasicMDCAdapter;

/// The recipes with the real libraries: a task sees the context of the code that starts it, and changes stay
/// with the task and those that it starts.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ContextBridgesTest {
    private static final ContextKey<String> TRACE = ContextKey.named("trace");

    @Test
    void context_of_open_telemetry_goes_along_to_tasks() {
        try (Scheduler scheduler = Scheduler.builder().propagator(ContextBridges.OPEN_TELEMETRY).build();
                Scope _ = Context.current().with(TRACE, "t-1").makeCurrent()) {
            String seen = scheduler.call("main", () -> Nursery.call(nursery -> {
                var inner = nursery.startSoon("part", () -> {
                    try (Scope _ = Context.current().with(TRACE, "t-1, span 2").makeCurrent()) {
                        return Nursery.<String>call(nested -> nested
                                .startSoon("nested", () -> Context.current().get(TRACE)).await());
                    }
                });
                return inner.await() + "; " + Context.current().get(TRACE);
            }));
            assertEquals("t-1, span 2; t-1", seen);
        }
        assertNull(Context.current().get(TRACE));
    }

    @Test
    void logging_context_goes_along_to_tasks() {
        BasicMDCAdapter mdc = new BasicMDCAdapter();
        mdc.put("request", "7");
        try (Scheduler scheduler = Scheduler.builder().propagator(ContextBridges.logging(mdc)).build()) {
            var inTask = new AtomicReference<String>();
            scheduler.run("main", () -> Nursery.run(nursery -> nursery.startSoon("part", () -> {
                inTask.set(mdc.get("request"));
                mdc.put("request", "8");
            })));
            assertEquals("7", inTask.get());
            assertEquals("7", mdc.get("request"));
        }
    }
}
