package dev.structured.service.traces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceSettingsTest {
    private static Map<String, String> environment(String variables) {
        Map<String, String> environment = new HashMap<>();
        Arrays.stream(variables.split(" ")).map(each -> each.split("=", 2))
                .filter(each -> each.length == 2).forEach(each -> environment.put(each[0], each[1]));
        return environment;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PATH=/bin                                                          | false
            OTEL_SERVICE_NAME=pages                                            | false
            OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318                          | true
            OTEL_EXPORTER_OTLP_ENDPOINT=                                       | false
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4318/v1/traces         | true
            OTEL_TRACES_EXPORTER=otlp                                          | true
            OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_TRACES_EXPORTER=none| false
            OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_SDK_DISABLED=true   | false
            OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318 OTEL_SDK_DISABLED=false  | true
            """)
    void traces_are_sent_where_the_environment_names_a_collector(String variables, boolean on) {
        assertEquals(on, TraceSettings.areOn(environment(variables)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OTEL_EXPORTER_OTLP_PROTOCOL=grpc                 | OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', but traces are sent by http/protobuf only
            OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json     | OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is 'http/json', but
            OTEL_TRACES_EXPORTER=zipkin                      | OTEL_TRACES_EXPORTER is 'zipkin'; it can be otlp or none
            OTEL_TRACES_SAMPLER=sometimes                    | sometimes
            OTEL_BSP_MAX_QUEUE_SIZE=many                     | otel.bsp.max.queue.size=many
            OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318       | collector:4318
            """)
    void mistake_is_told_at_the_start(String variables, String told) {
        Map<String, String> environment = environment("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1");
        environment.putAll(environment(variables));
        String message = assertThrows(InvalidTracesException.class, () -> Traces.open(environment, "1"))
                .getMessage();
        assertTrue(message.contains(told), message);
    }

    @Test
    void what_the_environment_says_goes_before_what_is_preset() {
        Map<String, String> properties = TraceSettings.properties(
                environment("OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_METRICS_EXPORTER=otlp"));
        assertEquals("http/json", properties.get("otel.exporter.otlp.protocol"));
        assertEquals("none", properties.get("otel.metrics.exporter"), "metrics are not sent this way");
    }
}
