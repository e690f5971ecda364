package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.BasicMDCAdapter;
import org.springframework.web.context.request.AbstractRequestAttributes;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

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

    /// Worker threads of `Blocking` are used again, and not only by the scheduler whose work they have done.
    @Test
    void no_context_is_left_on_a_thread_that_is_used_again() throws InterruptedException {
        BasicMDCAdapter mdc = new BasicMDCAdapter();
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        Runnable look = () -> {
            seen.add(String.valueOf(mdc.get("request")));
            seen.add(RequestContextHolder.getRequestAttributes() != null);
            seen.add(String.valueOf(Context.current().get(TRACE)));
        };
        mdc.put("request", "7");
        RequestContextHolder.setRequestAttributes(new Request("GET /products/1"));
        try (Scope _ = Context.current().with(TRACE, "t-1").makeCurrent()) {
            Runnable work = ContextBridges.logging(mdc).wrap(ContextBridges.SPRING_REQUEST
                    .wrap(ContextBridges.OPEN_TELEMETRY.wrap(look)));
            Thread worker = Thread.ofPlatform().inheritInheritableThreadLocals(false).start(() -> {
                work.run();
                look.run();
            });
            worker.join();
        } finally {
            mdc.clear();
            RequestContextHolder.resetRequestAttributes();
        }
        assertEquals(List.of("7", true, "t-1", "null", false, "null"), seen);
    }

    @Test
    void request_context_of_spring_goes_along_to_tasks() {
        RequestAttributes first = new Request("GET /products/1");
        Scheduler scheduler = Scheduler.builder().propagator(ContextBridges.SPRING_REQUEST).build();
        RequestContextHolder.setRequestAttributes(first);
        try (scheduler) {
            RequestAttributes[] seen = scheduler.call("main", () -> Nursery.call(nursery -> {
                var part = nursery.startSoon("part", () -> Nursery.<RequestAttributes[]>call(nested -> {
                    var inner = nested.startSoon("nested", RequestContextHolder::currentRequestAttributes);
                    RequestContextHolder.setRequestAttributes(new Request("of the task alone"));
                    var changed = nested.startSoon("changed", RequestContextHolder::currentRequestAttributes);
                    return new RequestAttributes[]{inner.await(), changed.await()};
                }));
                return part.await();
            }));
            assertSame(first, seen[0]);
            assertEquals("of the task alone", seen[1].getSessionId());
            assertSame(first, RequestContextHolder.getRequestAttributes());
        } finally {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    @Test
    void task_outside_of_a_request_of_spring_sees_none() {
        try (Scheduler scheduler = Scheduler.builder().propagator(ContextBridges.SPRING_REQUEST).build()) {
            assertTrue(scheduler.call("main", () -> Nursery.<Boolean>call(nursery -> nursery
                    .startSoon("part", () -> RequestContextHolder.getRequestAttributes() == null).await())));
        }
    }

    /// What a request is to Spring, without a servlet container; its name is the id of its session.
    private static final class Request extends AbstractRequestAttributes {
        private final String name;
        private final Map<String, Object> attributes = new ConcurrentHashMap<>();

        Request(String name) {
            this.name = name;
        }

        @Override
        public @Nullable Object getAttribute(String key, int scope) {
            return attributes.get(key);
        }

        @Override
        public void setAttribute(String key, Object value, int scope) {
            attributes.put(key, value);
        }

        @Override
        public void removeAttribute(String key, int scope) {
            attributes.remove(key);
        }

        @Override
        public String[] getAttributeNames(int scope) {
            return attributes.keySet().toArray(String[]::new);
        }

        @Override
        public void registerDestructionCallback(String key, Runnable callback, int scope) {
            registerRequestDestructionCallback(key, callback);
        }

        @Override
        public @Nullable Object resolveReference(String key) {
            return null;
        }

        @Override
        public String getSessionId() {
            return name;
        }

        @Override
        public Object getSessionMutex() {
            return this;
        }

        @Override
        protected void updateAccessedSessionAttributes() {}
    }
}
