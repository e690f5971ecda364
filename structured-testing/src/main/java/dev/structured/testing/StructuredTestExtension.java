package dev.structured.testing;

import dev.structured.core.Scheduler;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Runs the method of a [StructuredTest] as a run. This is the part for JUnit; the rest is in [TestRun].
final class StructuredTestExtension implements InvocationInterceptor, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace
            .create(StructuredTestExtension.class);

    @Override
    public void interceptTestMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method, ExtensionContext context) throws Throwable {
        long limit = TimeUnit.MILLISECONDS.toNanos(settings(context).limitMillis());
        testRun(context).run(context.getRequiredTestMethod().getName(), limit, () -> {
            try {
                invocation.proceed();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new UndeclaredThrowableException(e);
            }
        });
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return parameter.getDeclaringExecutable() instanceof Method
                && (type == Scheduler.class || type == VirtualClock.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestRun run = testRun(context);
        if (parameter.getParameter().getType() == Scheduler.class) return run.scheduler();
        VirtualClock clock = run.clock();
        if (clock == null) {
            throw new ParameterResolutionException(
                    "This test is in real time, so it has no VirtualClock. Leave out either the parameter or"
                            + " realTime = true.");
        }
        return clock;
    }

    /// JUnit closes it at the end of the test.
    private static TestRun testRun(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(TestRun.class, _ -> new TestRun(settings(context)),
                        TestRun.class);
    }

    private static StructuredTest settings(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), StructuredTest.class)
                .orElseThrow(() -> new IllegalStateException(
                        context.getDisplayName() + " is not annotated with @StructuredTest"));
    }
}
