package dev.structured.service.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.service.aggregate.LoggedRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Configures Logback, which is used when the log is JSON: one object in each line on stderr. In place of
/// Logback's own context map, lines have the notes of the task that logs (request, part, attempt), and its
/// request's route and trace. Logback finds this class by `META-INF/services`.
public final class JsonLog extends ContextAwareBase implements Configurator {
    /// Adds the notes of its task to each event. Unlike entries of the context map, they need not be carried
    /// to other threads: each task has its own.
    private static final class TaskAppender extends ConsoleAppender<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (event instanceof LoggingEvent fresh && Scheduler.currentOrNull() != null) {
                Map<String, String> facts = new HashMap<>(LoggedRequest.facts());
                facts.putAll(Task.current().notes());
                fresh.setMDCPropertyMap(facts);
            }
            super.append(event);
        }
    }

    /// Called by Logback.
    public JsonLog() {}

    @Override
    public ExecutionStatus configure(@Nullable LoggerContext loggers) {
        if (loggers == null) return ExecutionStatus.NEUTRAL;
        var encoder = new JsonEncoder();
        encoder.setContext(loggers);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        var appender = new TaskAppender();
        appender.setContext(loggers);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        // The same as in simplelogger.properties.
        loggers.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
        loggers.getLogger("io.javalin").setLevel(Level.WARN);
        loggers.getLogger("org.eclipse.jetty.util.Blocker").setLevel(Level.ERROR);
        loggers.getLogger("org.eclipse.jetty.util.HostPort").setLevel(Level.ERROR);
        loggers.getLogger("org.eclipse.jetty.http.HttpParser").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
