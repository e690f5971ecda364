package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.commands.SpecEdge.Answered;
import dev.structured.service.commands.SpecEdge.Sent;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.PublicUrls;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.RunningEdge;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A spec gets the status, the headers and the body that a client of the service gets.
class SpecEdgeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServerConfig LIMITS = ServerText.read("maxBody: 1KiB",
            "deadlineHeaders: [x-request-timeout]");
    private static final List<RouteConfig> ROUTES = RunningEdge.routes("""
              - path: /products/{id}
                deadline: 800ms
                requestHeaders: [x-tenant]
                parts:
                  product: {from: product-service, path: "/product/${id}"}
              - path: /notes
                method: POST
                deadline: 800ms
                body: {fields: {text: string}}
                parts:
                  note: {from: product-service, path: "/note"}
            """);
    /// What only a connection has, and what is random.
    private static final Set<String> NOT_COMPARED = Set.of("date", "content-length", "transfer-encoding",
            "x-request-id", "retry-after");
    private static final Map<String, String> JSON_BODY = Map.of("Content-Type", "application/json");

    private static Outcome page(RouteConfig route, PageRequest request, PartSink sink)
            throws BadRequestException {
        PartFailure reset = new PartFailure("product", "product-service", ErrorType.RESET, null, "It broke.");
        String id = Pages.id(request);
        return switch (id) {
            case "bad" -> throw new BadRequestException(400, "parameter 'id' must be a number");
            case "partial" -> {
                sink.missing(reset);
                yield Pages.partial(Pages.page(id), reset);
            }
            case "failed" -> Pages.failed(reset);
            case "busy" -> Pages.failed(
                    new PartFailure("product", "product-service", ErrorType.LIMIT_EXCEEDED, null, "Busy."));
            case "time" -> Pages.complete(Pages.page(request.timeLeft() == null ? "none" : "some"));
            default -> {
                sink.present("product", Pages.page(id));
                yield Pages.complete(
                        Pages.page(request.query() + " " + request.headers() + " " + request.body()));
            }
        };
    }

    static List<Arguments> requests() {
        List<Arguments> all = new ArrayList<>();
        for (String path : List.of("/products/42", "/products/42/", "/products/partial", "/products/failed",
                "/products/busy", "/products/bad", "/products/%C3%BC", "/products", "/products/", "/nothing",
                "/", "/products/a%25b", "/products/a%2Bb", "/products/a+b", "/notes/")) {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "DELETE", "PUT")) {
                all.add(request(method, path, Map.of(), null));
            }
        }
        for (String path : List.of("/products/%zz", "/products/%", "/products/%00", "/products/a b",
                "/products/..", "/products/../x", "/products/%2e%2e/x", "/products/.", "//products/1",
                "/products//1", "/products/a%2Fb", "/products/..%2Fb", "/products/a%2F..",
                "/products/a%2f.%2fb",
                "/products/%2F", "/products%2F1", "/products/%2e%2e%2fb", "/products/a;b=c",
                "/products/..;/1", "/products/1;a=%zz", "/products/1;%00", "/products/1;a=%2f",
                "/products/a\\b",
                "/products/%c3", "/products/%5c", "/products/a\u007fb", "*", "/products/a%u0041",
                "/products/a\tb", "/products/a|b", "/products/a\"b", "/products/{id}", "/products/a^b")) {
            all.add(request("GET", path, Map.of(), null));
            all.add(request("HEAD", path, Map.of(), null));
        }
        for (String body : List.of("{\"text\":\"x\"}", "[1]", "{\"text\":", "", "null", "{\"a\":1,\"a\":2}",
                "{\"text\":\"" + "x".repeat(2048) + "\"}", "x".repeat(1024))) {
            all.add(request("POST", "/notes", JSON_BODY, body));
            all.add(request("POST", "/products/1", JSON_BODY, body));
            all.add(request("POST", "/nothing", JSON_BODY, body));
            all.add(request("GET", "/products/1", JSON_BODY, body));
        }
        for (String type : List.of("text/plain", "application/json;charset=UTF-8",
                "application/json; charset=\"utf-8\"", "application/json;charset=latin1",
                "APPLICATION/JSON ; x=y", "application/json, text/plain", "json", "")) {
            all.add(request("POST", "/notes", Map.of("Content-Type", type), "{\"text\":\"x\"}"));
        }
        all.add(request("POST", "/notes", Map.of(), "{\"text\":\"x\"}"));
        all.add(request("POST", "/notes", Map.of(), null));
        all.add(request("POST", "/notes",
                Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"), "{\"text\":\"x\"}"));
        for (String accept : List.of("image/png", "application/json", "text/*", "text/event-stream",
                "application/x-ndjson", "application/json;q=0", "*/*;q=0.1, text/event-stream")) {
            for (String path : List.of("/products/42", "/products/partial", "/products/failed", "/nothing")) {
                all.add(request("GET", path, Map.of("Accept", accept), null));
                all.add(request("HEAD", path, Map.of("Accept", accept), null));
            }
        }
        for (String time : List.of("250", "soon", "-1", "0", "")) {
            all.add(request("GET", "/products/time", Map.of("X-Request-Timeout", time), null));
        }
        all.add(request("GET", "/products/1", Map.of("X-Tenant", "a"), null));
        all.add(request("GET", "/products/1", Map.of("X-Tenant", "a", "Connection", "X-Tenant"), null));
        return all;
    }

    private static Arguments request(String method, String path, Map<String, String> headers,
            @Nullable String body) {
        return argumentSet(method + " " + path + " " + headers + " " + cut(body), method, path, headers,
                body);
    }

    private static @Nullable String cut(@Nullable String body) {
        return body == null || body.length() < 40 ? body : body.length() + " bytes";
    }

    @ParameterizedTest
    @MethodSource("requests")
    void answers_are_the_same(String method, String path, Map<String, String> headers, @Nullable String body)
            throws Exception {
        Map<String, List<String>> query = Map.of("q", List.of("1 &+=%", "\u00fc"));
        RouteTable table = RouteTable.of(ROUTES, SpecEdgeTest::page);
        try (RunningEdge edge = new RunningEdge(LIMITS, table)) {
            byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
            Answered spec = edge.scheduler.call("spec",
                    () -> new SpecEdge(table, LIMITS, PublicUrls::refusal)
                            .answer(new Sent(method, path, query, headers, bytes, null)));

            try (RawClient client = edge.connect()) {
                client.send(text(method, path, headers, body));
                RawClient.Reply served = read(client, method);
                assertEquals(served.status(), spec.status());
                assertEquals(compared(served.headers()), compared(spec.headers()));
                assertEquals(body(served), plain(spec.body()));
            }
        }
    }

    private static String text(String method, String path, Map<String, String> headers,
            @Nullable String body) {
        StringBuilder text = new StringBuilder(method + " " + path + "?q="
                + URLEncoder.encode("1 &+=%", StandardCharsets.UTF_8)
                + "&q=%C3%BC HTTP/1.1\r\nHost: test\r\n");
        headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        if (body != null) text.append("Content-Length: ").append(body.length()).append("\r\n");
        return text + "\r\n" + (body == null ? "" : body);
    }

    private static RawClient.Reply read(RawClient client, String method) throws IOException {
        RawClient.Reply head = client.readHead();
        if (method.equals("HEAD") || head.status() == 204) return head;
        String body = head.headers().containsKey("transfer-encoding")
                ? client.readChunks()
                : client.readBytes(Integer.parseInt(head.header("Content-Length")));
        return new RawClient.Reply(head.status(), head.headers(), body);
    }

    private static Map<String, String> compared(Map<String, String> headers) {
        Map<String, String> compared = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!NOT_COMPARED.contains(name.toLowerCase(Locale.ROOT))) compared.put(name, value);
        });
        return compared;
    }

    /// Returns the body that was served as JSON; the events of a stream as a list.
    private static JsonNode body(RawClient.Reply served) throws IOException {
        if (served.body().isEmpty()) return MissingNode.getInstance();
        String type = served.header("Content-Type");
        if (type.endsWith("json") && !type.endsWith("ndjson")) return plain(JSON.readTree(served.body()));
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        for (String line : served.body().split("\n\n?(?=event:|\\{)", 0)) {
            if (!line.startsWith("event: ")) {
                events.add(JSON.readTree(line));
                continue;
            }
            String[] lines = line.strip().split("\n", -1);
            events.addObject().put("event", lines[0].substring("event: ".length()))
                    .setAll((ObjectNode) JSON.readTree(lines[1].substring("data: ".length())));
        }
        return plain(events);
    }

    /// Returns a copy without the request's id and without the time that the request took.
    private static JsonNode plain(JsonNode body) {
        JsonNode plain = body.deepCopy();
        plain.findParents("instance").forEach(parent -> ((ObjectNode) parent).remove("instance"));
        plain.findParents("requestId").forEach(parent -> ((ObjectNode) parent).remove("requestId"));
        return plain;
    }
}
