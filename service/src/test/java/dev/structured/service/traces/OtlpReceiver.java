package dev.structured.service.traces;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/// A collector that takes spans by OTLP over HTTP, and keeps them.
public final class OtlpReceiver implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<Resource> resources = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile long delayMillis;

    public OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /// Returns the value of `OTEL_EXPORTER_OTLP_ENDPOINT`.
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Sets the status of its answers. It keeps spans with 200 only.
    void answering(int code) {
        status = code;
    }

    /// Has it take its time.
    void answeringAfter(long millis) {
        delayMillis = millis;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            InputStream in = exchange.getRequestBody();
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body = (zipped ? new GZIPInputStream(in) : in).readAllBytes();
            if (delayMillis > 0) TimeUnit.MILLISECONDS.sleep(delayMillis);
            if (status == 200) keep(ExportTraceServiceRequest.parseFrom(body));
            byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void keep(ExportTraceServiceRequest request) {
        request.getResourceSpansList().forEach(each -> {
            resources.add(each.getResource());
            each.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        });
    }

    public List<Span> spans() {
        return spans;
    }

    /// Returns the attributes of the service.
    public Map<String, Object> resource() {
        return values(resources.getFirst().getAttributesList());
    }

    /// Waits until it has so many spans.
    public void await(int number) {
        await("spans", all -> all.size() >= number);
    }

    public void await(String what, Predicate<List<Span>> condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.test(spans)) {
            if (System.nanoTime() > end)
                throw new AssertionError("In vain awaited: " + what + " in\n" + this);
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Returns the only span of this name.
    public Span only(String name) {
        return only(name, _ -> true);
    }

    public Span only(String name, Predicate<Span> which) {
        List<Span> found = spans.stream().filter(each -> each.getName().equals(name)).filter(which).toList();
        if (found.size() != 1) throw new AssertionError(found.size() + " spans '" + name + "' in\n" + this);
        return found.getFirst();
    }

    /// Returns the spans whose parent this is, in the order in which they began.
    public List<Span> children(Span parent) {
        return spans.stream().filter(each -> each.getParentSpanId().equals(parent.getSpanId()))
                .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano())).toList();
    }

    public static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    public static Map<String, Object> attributes(Span span) {
        return values(span.getAttributesList());
    }

    private static Map<String, Object> values(List<KeyValue> attributes) {
        Map<String, Object> values = new TreeMap<>();
        attributes.forEach(each -> values.put(each.getKey(), value(each.getValue())));
        return values;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> value.getIntValue();
            case BOOL_VALUE -> value.getBoolValue();
            case ARRAY_VALUE -> value.getArrayValue().getValuesList().stream().map(OtlpReceiver::value)
                    .toList();
            default -> value.toString();
        };
    }

    public static boolean isError(Span span) {
        return span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR;
    }

    public static List<String> events(Span span) {
        return span.getEventsList().stream().map(Span.Event::getName).toList();
    }

    @Override
    public String toString() {
        return spans.stream().map(each -> hex(each.getSpanId()) + " < " + hex(each.getParentSpanId()) + " "
                + each.getName() + " " + each.getKind() + " " + attributes(each))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
