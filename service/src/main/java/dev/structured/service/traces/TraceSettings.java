package dev.structured.service.traces;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The environment's settings for traces, in the variables that OpenTelemetry defines. Uses no class of
/// OpenTelemetry.
final class TraceSettings {
    private static final String PREFIX = "OTEL_";
    private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
    private static final String NONE = "none";
    private static final List<String> ENDPOINTS = List.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "OTEL_EXPORTER_OTLP_ENDPOINT");
    private static final List<String> PROTOCOLS = List.of("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
            "OTEL_EXPORTER_OTLP_PROTOCOL");
    private static final String PROTOBUF = "http/protobuf";

    private TraceSettings() {}

    /// Returns true if traces are to be sent: an endpoint or the exporter is named, and the SDK is not
    /// disabled.
    static boolean areOn(Map<String, String> environment) {
        if (value("OTEL_SDK_DISABLED", environment).equalsIgnoreCase("true")) return false;
        String exporter = value(EXPORTER, environment);
        if (!exporter.isEmpty()) return !exporter.equals(NONE);
        return ENDPOINTS.stream().anyMatch(each -> !value(each, environment).isEmpty());
    }

    /// Returns the reason why traces cannot be sent as the environment asks for; null if they can.
    static @Nullable String mistake(Map<String, String> environment) {
        for (String name : PROTOCOLS) {
            String protocol = value(name, environment);
            if (protocol.isEmpty()) continue;
            return protocol.equals(PROTOBUF)
                    ? null
                    : name + " is '" + protocol + "', but traces are sent by " + PROTOBUF
                            + " only: write that, or remove it, and name the collector's port for HTTP"
                            + " (usually 4318)";
        }
        String exporter = value(EXPORTER, environment);
        return exporter.isEmpty() || exporter.equals("otlp")
                ? null
                : EXPORTER + " is '" + exporter + "'; it can be otlp or none";
    }

    /// Returns the settings of the SDK: those of the environment, and defaults for those that it lacks.
    static Map<String, String> properties(Map<String, String> environment) {
        Map<String, String> properties = new HashMap<>();
        properties.put("otel.exporter.otlp.protocol", PROTOBUF);
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        properties.put("otel.metrics.exporter", NONE);
        properties.put("otel.logs.exporter", NONE);
        return properties;
    }

    private static String value(String name, Map<String, String> environment) {
        return environment.getOrDefault(name, "").strip();
    }
}
