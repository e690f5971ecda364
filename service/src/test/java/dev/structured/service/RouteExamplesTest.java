package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.ConfigSchema;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.commands.OpenApi;
import dev.structured.service.commands.Specs;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.server.PublicUrls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Every configuration in `examples/` is good, does what its specs say, and runs without any other server.
@Timeout(60)
class RouteExamplesTest {
    private static final Path EXAMPLES = Path.of("../examples");
    /* TLS and HTTP/2: the hosts are names that are never assigned (RFC 2606). */
    private static final Path OF_OTHERS = EXAMPLES.resolve("partners");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Path> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /// The demo's specs are for the configuration that is embedded.
    private static Path file(Path example) {
        return example.endsWith("demo")
                ? Path.of("src/main/resources/demo.yaml")
                : example.resolve("routes.yaml");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_needs_no_other_server(Path example) throws Exception {
        ServiceConfig config = ConfigReader.read(file(example)).config();

        assertTrue(config.downstreams().values().stream().allMatch(example.equals(OF_OTHERS)
                ? RouteExamplesTest::isNowhere
                : DownstreamConfig::isDemo));
    }

    private static boolean isNowhere(DownstreamConfig downstream) {
        return downstream.endpoints().urls().stream().allMatch(url -> url.getHost().endsWith(".example"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_is_valid_by_the_schema(Path example) throws IOException {
        Object read = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(file(example)));
        JsonNode document = JSON.valueToTree(read);

        assertEquals(List.of(), SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(ConfigSchema.schema()).validate(document));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_does_what_its_specs_say(Path example) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        boolean passed;
        try (PrintStream out = new PrintStream(said, false, StandardCharsets.UTF_8)) {
            passed = Specs.run(ConfigReader.read(file(example)).config(), example.resolve("specs"),
                    ScriptedReply::read, PublicUrls::refusal, out);
        }
        String text = said.toString(StandardCharsets.UTF_8);
        assertTrue(passed, text);
        assertTrue(text.lines().count() > 5, text);
    }

    /// One configuration, three stages: the same specs hold at each.
    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "production"})
    void stages_do_what_their_specs_say(String stage) throws Exception {
        Path example = EXAMPLES.resolve("stages");
        ServiceConfig config = ConfigReader.read(file(example), Map.of("STAGE", stage)).config();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(said, false, StandardCharsets.UTF_8)) {
            assertTrue(
                    Specs.run(config, example.resolve("specs"), ScriptedReply::read, PublicUrls::refusal,
                            out),
                    said::toString);
        }
        assertEquals(stage.equals("dev"),
                config.downstreams().values().stream().allMatch(DownstreamConfig::isDemo));
    }

    /// The description of each example obeys the schema of OpenAPI, and names who may ask, how often, and the
    /// headers of every answer.
    @ParameterizedTest
    @MethodSource("examples")
    void example_is_described_with_its_security_its_limits_and_its_headers(Path example) throws Exception {
        ServiceConfig config = ConfigReader.read(file(example)).config();
        JsonNode document = JSON.readTree(OpenApi.of(config).toString());
        JsonNode official = JSON.readTree(
                Files.readString(Path.of("src/test/resources/openapi/3.1-schema-2022-10-07.json")));
        assertEquals(List.of(), SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(official).validate(document));
        for (RouteConfig route : config.routes()) {
            JsonNode operation = operation(document, route);
            isDescribed(config, route, operation, document.at("/components/securitySchemes"));
        }
    }

    private static JsonNode operation(JsonNode document, RouteConfig route) {
        String path = (route.pattern().template() + (route.pattern().isOpen() ? "/{path}" : ""))
                .replaceAll("\\{[^}]*}", "{}");
        String method = route.proxy() == null ? route.method().label() : "get";
        for (Map.Entry<String, JsonNode> each : document.path("paths").properties()) {
            if (each.getKey().replaceAll("\\{[^}]*}", "{}").equals(path)) return each.getValue().path(method);
        }
        throw new AssertionError("no operation for " + route.name());
    }

    private static void isDescribed(ServiceConfig config, RouteConfig route, JsonNode operation,
            JsonNode schemes) {
        String name = route.name();
        List<String> everywhere = new ArrayList<>(config.edge().securityHeaders().fields().keySet());
        everywhere.add("X-Request-Id");
        if (config.edge().cors() != null) everywhere.add("Access-Control-Allow-Origin");
        if (route.rateLimit() != null) everywhere.addAll(List.of("RateLimit", "RateLimit-Policy"));
        JsonNode responses = operation.path("responses");
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            for (String header : everywhere) {
                assertTrue(response.getValue().path("headers").has(header),
                        name + " " + response.getKey() + " " + header);
            }
        }
        assertEquals(route.rateLimit() != null, responses.path("429").path("headers").has("Retry-After")
                && responses.path("429").path("description").asText().contains("requests came"), name);
        assertEquals(route.access() != null, !operation.path("security").isEmpty(), name);
        if (route.access() == null) return;
        for (JsonNode either : operation.path("security")) {
            either.fieldNames().forEachRemaining(scheme -> assertTrue(schemes.has(scheme), scheme));
        }
        assertTrue(responses.path("401").path("headers").has("WWW-Authenticate"), name);
        assertTrue(responses.has("403"), name);
    }
}
