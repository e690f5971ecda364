package dev.structured.service.traces;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/// Passes the messages that OpenTelemetry's SDK logs through the JDK's logging to the service's log, one line
/// each. An example is that the collector cannot be reached. The SDK itself limits their number.
final class SdkLog extends Handler {
    private static final SimpleFormatter FORMATTER = new SimpleFormatter();
    /// Referenced here, since the JDK drops unreferenced loggers with their handlers.
    private static final Logger SDK = Logger.getLogger("io.opentelemetry");

    private SdkLog() {}

    /// Takes the SDK's lines from now on.
    static void install() {
        for (Handler each : SDK.getHandlers()) {
            if (each instanceof SdkLog) return;
        }
        SDK.setUseParentHandlers(false);
        SDK.addHandler(new SdkLog());
    }

    @Override
    public void publish(LogRecord line) {
        Throwable thrown = line.getThrown();
        String text = FORMATTER.formatMessage(line) + (thrown == null ? "" : " (" + thrown + ")");
        var log = LoggerFactory.getLogger("traces");
        if (line.getLevel().intValue() >= Level.WARNING.intValue()) log.warn(text);
        else
            log.debug(text);
    }

    @Override
    public void flush() {
        // nothing is kept back
    }

    @Override
    public void close() {
        // nothing to close
    }
}
