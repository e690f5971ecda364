package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The description, judged by the schema that the OpenAPI Initiative publishes, and a validator that is not
/// ours.
final class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry REGISTRY = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final ObjectNode SHOP = read(OpenApi.of(Shop.config()));

    /// Returns what somebody gets who reads it: the same, with the reader's kinds of numbers.
    private static ObjectNode read(ObjectNode document) {
        try {
            return (ObjectNode) JSON.readTree(document.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns what somebody reads of the description of a configuration, which obeys the official schema.
    private static ObjectNode described(String config) throws Exception {
        ObjectNode document = read(OpenApi.of(ConfigReader.read("test.yaml", config)));
        assertEquals(List.of(), REGISTRY.getSchema(official()).validate(document));
        return document;
    }

    private static JsonNode official() throws IOException {
        return JSON
                .readTree(Files.readString(Path.of("src/test/resources/openapi/3.1-schema-2022-10-07.json")));
    }

    @Test
    void descriptions_obey_the_official_schema() throws IOException {
        Schema schema = REGISTRY.getSchema(official());
        assertEquals(List.of(), schema.validate(SHOP));
        assertEquals(List.of(), schema.validate(OpenApi.of(ConfigReader.demo().config())));
    }

    @Test
    void official_schema_can_refuse() throws IOException {
        ObjectNode broken = SHOP.deepCopy();
        ((ObjectNode) broken.at("/paths/~1search/get/parameters/0")).remove("in");
        assertFalse(REGISTRY.getSchema(official()).validate(broken).isEmpty());
    }

    @Test
    void problems_show_the_types_and_members_of_the_configuration() throws Exception {
        ObjectNode document = described(
                """
                        problems:
                          types: https://errors.shop.example/
                          language: de
                          texts: {404: {title: Nichts da}}
                          fields: {code: "${problem.name}", service: shop,
                                   help: {url: "https://x/${request.id}"}, n: 1}
                        downstreams: {d: {url: demo:stock}}
                        routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /a, required: true}}}]
                        """);
        JsonNode problem = document.at("/components/schemas/Problem");

        assertTrue(problem.at("/properties/type/description").asText()
                .startsWith("https://errors.shop.example/"));
        assertEquals(JSON.readTree("{\"type\":\"string\"}"), problem.at("/properties/code"));
        assertEquals(JSON.readTree("{\"const\":\"shop\"}"), problem.at("/properties/service"));
        assertEquals(JSON.readTree("{}"), problem.at("/properties/help"));
        assertEquals(JSON.readTree("{\"const\":1}"), problem.at("/properties/n"));
        assertEquals(JSON.readTree(
                "[\"type\",\"title\",\"status\",\"detail\",\"instance\",\"code\",\"service\",\"help\","
                        + "\"n\"]"),
                problem.path("required"));
        assertTrue(document.at("/paths/~1r/get/responses/504/headers").has("Content-Language"));
    }

    @Test
    void field_is_required_only_where_nothing_can_leave_it_out() throws ConfigException {
        ServiceConfig config = ConfigReader.read("test.yaml", """
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /r/{id}
                    deadline: 1s
                    parts:
                      always: {from: d, path: /a}
                      perhaps: {from: d, path: /b, when: "${id} == 1"}
                      after: {from: d, path: /c, needs: [perhaps]}
                      looks: {from: d, path: /d, when: "${perhaps.x}", needs: [always]}
                      made: {from: d, path: "/e/${always.x}"}
                """);
        JsonNode page = OpenApi.of(config).at("/components/schemas/GetRById");

        assertEquals(JSON.createArrayNode().add("always").add("made"), page.get("required"));
    }

    /// OpenAPI knows no two routes whose paths differ in a parameter's type only.
    @Test
    void parameters_have_their_types_and_patterns() throws Exception {
        ObjectNode document = described("""
                downstreams: {d: {url: demo:stock}}
                routes:
                  - {path: "/r/{id:integer}", deadline: 1s, parts: {p: {value: 1}}}
                  - {path: "/r/{code:[a-z]{2}}.json", deadline: 1s, parts: {p: {value: 1}}}
                  - {path: "/r/{name}", deadline: 1s, parts: {q: {value: 1}}}
                  - {path: "/files/{kind:a|b}/**", deadline: 1s, proxy: {to: d}}
                """);
        JsonNode first = document.at("/paths/~1r~1{id}/get");

        assertEquals("{\"type\":\"integer\"}", first.at("/parameters/0/schema").toString());
        assertEquals("/r/{name}", first.at("/x-alternatives/0/x-path").asText());
        assertEquals("#/components/schemas/GetRByName", first.at(
                "/x-alternatives/0/responses/200/content/application~1json/schema/$ref").asText());
        assertEquals("{\"type\":\"string\",\"pattern\":\"^(?:[a-z]{2})$\"}",
                document.at("/paths/~1r~1{code}.json/get/parameters/0/schema").toString());
        assertEquals("^(?:a|b)$",
                document.at("/paths/~1files~1{kind}~1{path}/put/parameters/0/schema/pattern").asText());
    }

    /// Each parameter of a path has a name of its own, and problems of a proxy have the headers of others.
    @Test
    void proxies_are_described_like_other_routes() throws Exception {
        ObjectNode document = described("""
                problems: {language: de, texts: {overloaded: {title: Voll}}}
                downstreams: {d: {url: demo:stock}}
                routes:
                  - {path: "/files/{path}/**", deadline: 1s, proxy: {to: d}}
                """);
        JsonNode operation = document.at("/paths/~1files~1{path}~1{path_}/get");

        assertEquals("path", operation.at("/parameters/0/name").asText());
        assertEquals("path_", operation.at("/parameters/1/name").asText());
        assertFalse(operation.at("/parameters/1/description").isMissingNode());
        assertTrue(operation.at("/parameters/0/description").isMissingNode());
        assertFalse(operation.at("/responses/502/headers/Content-Language").isMissingNode());
        assertTrue(operation.at("/responses/default/headers/Content-Language").isMissingNode());
    }

    @Test
    void routes_of_hosts_have_servers() throws Exception {
        ObjectNode document = described("""
                downstreams: {d: {url: demo:stock}}
                routes:
                  - {path: /r, hosts: [a.example, "*.b.example"], deadline: 1s, parts: {p: {value: 1}}}
                  - {path: /r, deadline: 1s, parts: {q: {value: 1}}}
                  - {path: /**, hosts: c.example, deadline: 1s, proxy: {to: d}}
                """);
        JsonNode first = document.at("/paths/~1r/get");

        assertEquals("//a.example", first.at("/servers/0/url").asText());
        assertEquals("//{below}.b.example", first.at("/servers/1/url").asText());
        assertEquals("/r", first.at("/x-alternatives/0/x-path").asText());
        assertTrue(first.at("/x-alternatives/0/servers").isMissingNode());
        assertEquals("//c.example", document.at("/paths/~1{path}/get/servers/0/url").asText());
    }

    @Test
    void lists_of_the_query_have_items_and_a_limit() throws Exception {
        ObjectNode document = described("""
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /r
                    deadline: 1s
                    params: {a: array, b: {type: array, max: 3, items: {type: integer, min: 1}}}
                    parts: {p: {value: 1}}
                """);

        assertEquals("{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\"}}",
                document.at("/paths/~1r/get/parameters/0/schema").toString());
        assertEquals("{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"integer\",\"minimum\":1}}",
                document.at("/paths/~1r/get/parameters/1/schema").toString());
    }

    @Test
    void every_reference_leads_somewhere() {
        for (JsonNode reference : SHOP.findValues("$ref")) {
            assertFalse(SHOP.at(reference.textValue().substring(1)).isMissingNode(), reference.textValue());
        }
    }

    @Test
    void schemas_of_pages_are_schemas_and_fit_pages() throws IOException {
        Schema page = page();
        assertEquals(List.of(), page.validate(JSON.readTree(
                """
                        {"user": {"id": 7, "displayName": "Ada"}, "orders": [], "goods": {"stocks": null}, \
                        "news": null,
                         "version": {"page": 3}, "missing": {"news": {"reason": "timeout", "detail": \
                        "late"}}}""")));
        assertFalse(page.validate(JSON.readTree("""
                {"orders": [], "goods": {"stocks": []}, "news": [], "version": {"page": 3}}""")).isEmpty(),
                "the user is required");
        assertFalse(page.validate(JSON.readTree("""
                {"user": {}, "orders": [], "goods": {"stocks": 3}, "news": [], "version": {"page": 3}}"""))
                .isEmpty(), "a fan-out is a list or null");
    }

    private static Schema page() throws IOException {
        String document = SHOP.toString().replace("#/components/schemas/", "#/$defs/");
        ObjectNode schema = JSON.createObjectNode();
        schema.set("$defs", JSON.readTree(document).at("/components/schemas"));
        schema.put("$ref", "#/$defs/GetUsersByIdDashboard");
        return REGISTRY.getSchema(schema);
    }

    @Test
    void field_of_a_part_that_is_not_always_asked_for_may_be_absent() {
        List<String> required = new ArrayList<>();
        SHOP.at("/components/schemas/GetUsersByIdDashboard/required")
                .forEach(name -> required.add(name.textValue()));
        assertEquals(List.of("user", "orders", "goods", "news", "version"), required);
    }

    @Test
    void parameters_have_their_rules() {
        JsonNode parameters = SHOP.at("/paths/~1users~1{id}~1dashboard/get/parameters");
        List<String> shown = new ArrayList<>();
        parameters.forEach(parameter -> shown.add(parameter.get("in").textValue() + " "
                + parameter.get("name").textValue() + " " + parameter.get("required") + " "
                + parameter.get("schema")));
        assertEquals(List.of("path id true {\"type\":\"integer\",\"minimum\":1}",
                "query limit false {\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":10}",
                "query lang false {\"type\":\"string\",\"enum\":[\"de\",\"en\"]}",
                "header accept-language false {\"type\":\"string\"}",
                "header x-request-timeout false {\"type\":\"integer\",\"minimum\":0}",
                "header grpc-timeout false {\"type\":\"string\",\"pattern\":\"^[0-9]{1,8}[HMSmun]$\"}"),
                shown);
    }

    @Test
    void body_has_its_fields_and_a_batch_its_items() {
        assertEquals("""
                {"type":"object","properties":{"text":{"type":"string","maxLength":1000},\
                "tags":{"type":"array","maxItems":5}},"required":["text"]}""",
                SHOP.at("/paths/~1users~1{user}~1notes/post/requestBody/content/application~1json/schema")
                        .toString());
        JsonNode ids = SHOP
                .at("/paths/~1dashboards/post/requestBody/content/application~1json/schema/properties/ids");
        assertEquals(40, ids.get("maxItems").intValue());
        assertTrue(ids.get("items").has("anyOf"), ids.toString());
    }

    @Test
    void page_has_three_media_types_and_problems_have_one() {
        JsonNode responses = SHOP.at("/paths/~1users~1{id}~1dashboard/get/responses");
        List<String> types = new ArrayList<>();
        responses.at("/200/content").fieldNames().forEachRemaining(types::add);
        assertEquals(List.of("application/json", "application/x-ndjson", "text/event-stream"), types);
        List<String> statuses = new ArrayList<>();
        responses.fieldNames().forEachRemaining(statuses::add);
        assertEquals(List.of("200", "400", "404", "406", "409", "500", "502", "503", "504"), statuses);
        assertTrue(responses.at("/504/content").has("application/problem+json"));
    }

    @Test
    void paths_that_differ_in_names_only_are_one() {
        ServiceConfig config = Shop.config("", """
                deadline: 1s
                parts: {a: {from: d, path: "/${id}"}}
                """, """
                path: /r/{other}
                method: DELETE
                deadline: 1s
                parts: {b: {from: d, path: "/${other}"}}
                """);
        ObjectNode document = OpenApi.of(config);
        assertEquals(1, document.get("paths").size());
        assertEquals("id", document.at("/paths/~1r~1{id}/delete/parameters/0/name").textValue());
    }

    @Test
    void cookies_are_parameters_and_a_header_of_the_answer() throws Exception {
        ObjectNode document = described("""
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /r
                    deadline: 1s
                    cookies: [session]
                    parts: {p: {from: d, path: "/${cookie.connect.sid}", setCookies: [session]}}
                """);
        JsonNode operation = document.at("/paths/~1r/get");
        List<String> cookies = new ArrayList<>();
        for (JsonNode each : operation.path("parameters")) {
            if (each.path("in").asText().equals("cookie")) cookies.add(each.path("name").asText());
        }
        assertEquals(List.of("session", "connect.sid"), cookies);
        JsonNode answer = operation.at("/responses/200");
        assertTrue(
                answer.path("headers").path("Set-Cookie").path("description").asText().contains("session"));
        assertEquals(1, answer.path("content").size()); // never in pieces
    }
}
