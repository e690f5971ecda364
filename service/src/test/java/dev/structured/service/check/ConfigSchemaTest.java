package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.KeyedComponent;
import dev.structured.service.yaml.KeysTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The schema, judged by a validator that is not ours.
final class ConfigSchemaTest {
    private static final SchemaRegistry REGISTRY = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Schema SCHEMA = REGISTRY.getSchema(ConfigSchema.schema());

    private static final String FILE = """
            server: {%s}
            downstreams:
              d: {url: demo:stock, %s}
            routes:
              - path: /r/{id}
                method: POST
                deadline: 1s
                %s
                parts:
                  p: {from: d, path: "/${id}", %s}
            """;

    @Test
    void schema_is_a_schema() {
        Schema meta = REGISTRY
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertEquals(List.of(), meta.validate(ConfigSchema.schema()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/resources/demo.yaml", "../docker/routes.yaml"})
    void our_own_files_are_valid(String file) throws IOException {
        assertEquals(List.of(), errors(Files.readString(Path.of(file))));
    }

    @Test
    void file_with_every_key_is_valid_and_read() throws ConfigException {
        String text = Mistake.everyKey();

        assertEquals(List.of(), errors(text));
        ConfigReader.read("routes.yaml", text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            server     | maxBdy: 1KiB
            server     | maxBody: 1024
            server     | maxBody: 1KB
            server     | idleTimeout: 30
            server     | idleTimeout: 1.5s
            server     | deadlineHeaders: [x-timeout]
            server     | deadlineHeaders: x-request-timeout
            server     | deadlineHeaders: [grpc-timeout, grpc-timeout]
            downstream | maxConnections: 0
            downstream | maxConnections: 10001
            downstream | maxConnections: many
            downstream | maxConnections: 1.5
            downstream | connectTimeout: 5 sec
            downstream | coalesce: yes
            downstream | coalesce: 1
            downstream | headers: [a]
            downstream | headers: {"a b": c}
            downstream | headers: {a: 1}
            downstream | breaker: {failureRate: 50}
            downstream | breaker: {failureRate: 101%}
            downstream | breaker: {window: 0}
            downstream | retry: 3
            downstream | retry: {attempts: 11}
            downstream | retry: {statuses: [404]}
            downstream | hedge: p49
            downstream | hedge: p100
            downstream | hedge: {after: soon}
            downstream | hedge: {attempts: 1}
            downstream | extra: 10
            downstream | cache: {ttl: 1s}
            route      | params: {id: text}
            route      | params: {id: {typ: string}}
            route      | params: {"1d": string}
            route      | params: {id: {min: 1.5}}
            route      | query: a
            route      | query: ["a b"]
            route      | query: ["a=b"]
            route      | requestHeaders: ["a b"]
            route      | body: {fields: {}}
            route      | quorum: {q: {of: [p]}}
            route      | quorum: {q: {need: 0, of: [p]}}
            route      | quorum: {q: {need: 1, of: [p], rest: kill}}
            route      | batch: {route: /x}
            route      | batch: {route: /x, items: ids}
            part       | methd: GET
            part       | method: get
            part       | method: HEAD
            part       | query: a
            part       | query: {"a b": c}
            part       | query: {a: [1]}
            part       | needs: p
            part       | when: soon
            part       | when: ["${a} = 3"]
            part       | each: list
            part       | atOnce: 101
            part       | onElementFailure: fallback
            part       | required: "true"
            part       | onFailure: ignore
            part       | statuses: {all: 404}
            part       | statuses: {404: 200}
            part       | statuses: {404: "404"}
            part       | budget: 300
            part       | budget: most of it
            part       | budget: 101%
            part       | minBudget: 10
            part       | target: .a
            part       | allow: a
            part       | allow: [a, a]
            part       | rename: {a: [b]}
            part       | as: a b
            part       | group: ""
            part       | merge: 1
            part       | show: null
            """)
    void what_breaks_the_rule_of_a_key_is_refused_by_the_schema_as_by_the_reader(String where, String keys) {
        String text = switch (where) {
            case "server" -> FILE.formatted(keys, "", "", "");
            case "downstream" -> FILE.formatted("", keys, "", "");
            case "route" -> FILE.formatted("", "", keys, "");
            default -> FILE.formatted("", "", "", keys);
        };

        assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml", text));
        assertFalse(errors(text).isEmpty(), () -> "accepted: " + text);
    }

    @Test
    void file_that_the_rows_above_are_put_in_is_valid() throws ConfigException {
        String text = FILE.formatted("", "", "", "");

        assertEquals(List.of(), errors(text));
        ConfigReader.read("routes.yaml", text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{downstreams: {d: {url: demo:stock}}}",
            "{routes: [], downstreams: {}}",
            "{downstreams: {d: {url: demo:stock}}, routes: [{deadline: 1s, parts: {p: {value: 1}}}]}",
            "{downstreams: {d: {url: demo:stock}}, routes: [{path: r, deadline: 1s, parts: {p: {value: "
                    + "1}}}]}",
            "{downstreams: {d: {url: demo:stock}}, routes: [{path: /, deadline: 1s, parts: {}}]}",
            "{downstreams: {d: {url: ftp://x}}, routes: [{path: /, deadline: 1s, parts: {p: {value: 1}}}]}",
            "{downstreams: {d: {}}, routes: [{path: /, deadline: 1s, parts: {p: {value: 1}}}]}",
            "{downstreams: {9: {url: demo:stock}}, routes: [{path: /, deadline: 1s, parts: {p: {value: "
                    + "1}}}]}"})
    void what_is_missing_is_refused_by_both(String text) {
        assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml", text));
        assertFalse(errors(text).isEmpty());
    }

    /// What a downstream needs may be in another file.
    @ParameterizedTest
    @ValueSource(strings = {"{include: a.yaml, downstreams: {d: {retry: {}}}}", "{include: [a.yaml]}",
            "{include: a.yaml, x-a: 1, routes: [{path: /, parts: {p: {value: 1}}}]}"})
    void file_that_includes_others_need_not_be_whole(String text) {
        assertEquals(List.of(), errors(text));
    }

    @Test
    void defaults_are_valid_where_they_stand() {
        ObjectNode schema = ConfigSchema.schema();
        int[] defaults = {0};
        schema.get("$defs").forEach(definition -> definition.findValues("properties")
                .forEach(properties -> properties.forEach(property -> {
                    if (!property.isObject() || !property.has("default")) return;
                    defaults[0]++;
                    ObjectNode alone = property.deepCopy();
                    alone.set("$defs", schema.get("$defs"));
                    assertEquals(List.of(), REGISTRY.getSchema(alone).validate(property.get("default")),
                            property::toString);
                })));

        assertTrue(defaults[0] > 30, "only " + defaults[0] + " defaults");
    }

    @Test
    void every_key_of_the_reader_is_a_property() {
        ObjectNode schema = ConfigSchema.schema();
        for (Class<? extends Record> type : KeysTest.records()) {
            if (type == ServiceConfig.class) continue;
            String name = type.getSimpleName().replace("Config", "");
            JsonNode definition = schema.get("$defs")
                    .get(Character.toLowerCase(name.charAt(0)) + name.substring(1));
            JsonNode properties = definition.findValue("properties");
            assertEquals(KeyedComponent.keys(type).stream().map(KeyedComponent::name).toList(),
                    properties.properties().stream().map(Map.Entry::getKey).toList());
        }
    }

    private static List<Error> errors(String yaml) {
        Object loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return SCHEMA.validate(new ObjectMapper().<JsonNode>valueToTree(loaded));
    }
}
