package dev.structured.service.traces;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.ServedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A service whose spans a collector receives.
abstract class TracesFixture {
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String PARENT = "b7ad6b7169203331";
    static final String CLIENT = "traceparent: 00-" + TRACE + "-" + PARENT + "-01\r\n";

    static final Downstream GOOD = call -> {
        sent(call);
        return new Reply(200, JsonNodeFactory.instance.objectNode().put("a", 1));
    };
    static final Downstream HANGS = call -> {
        sent(call);
        Checkpoints.sleepForever();
        throw new AssertionError();
    };

    static final String TWO_PARTS = """
            parts:
              first: {from: one, path: /}
              second: {from: two, path: "/items/${n}"}
            """;

    final Map<String, Downstream> downstreams = new HashMap<>(Map.of("one", GOOD, "two", GOOD));
    OtlpReceiver collector;

    @BeforeEach
    void start() throws IOException {
        collector = new OtlpReceiver();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    /// What a client of HTTP tells of an attempt.
    static void sent(Call call) {
        AttemptRecorder attempt = call.attempt();
        if (attempt == null) return;
        attempt.connecting("host.test:8080", call.methodName(), call.template());
        attempt.connected();
    }

    Traces traces(String... settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "20");
        for (int i = 0; i < settings.length; i += 2) environment.put(settings[i], settings[i + 1]);
        return open(environment);
    }

    private static Traces open(Map<String, String> environment) {
        try {
            Traces traces = Traces.open(environment, "1.2");
            if (traces == null) throw new AssertionError("Traces are off");
            return traces;
        } catch (InvalidTracesException e) {
            throw new AssertionError(e);
        }
    }

    static String file(String parts) {
        return """
                downstreams:
                  one: {url: "http://x:1"}
                  two: {url: "http://x:1"}
                routes:
                  - path: /page/{n}
                    deadline: 20s
                """ + parts.indent(4);
    }

    /// Asks for the page and waits for its spans.
    RawClient.Reply asked(String file, String headers, int spans) throws IOException {
        try (Traces traces = traces(); ServedFile served = served(file, traces)) {
            RawClient.Reply reply = served.ask("GET /page/7?secret=1", headers);
            collector.await(spans);
            assertEquals(0, traces.counts().dropped());
            return reply;
        }
    }

    ServedFile served(String file, Traces traces) throws IOException {
        return new ServedFile(file, downstreams, null, traces);
    }
}
