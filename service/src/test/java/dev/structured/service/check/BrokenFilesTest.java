package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// A file with every key, with each value in turn replaced by something else, or taken away, as JSON.
/// Whatever comes of it: a configuration, or problems that each have a place.
final class BrokenFilesTest {
    private static final List<String> OTHERS = List.of("null", "5", "-1", "1.5", "true", "\"\"", "\"x\"",
            "\"${env:NO}\"", "\"${file:/no}\"", "\"${nobody.x}\"", "\"0ms\"", "[]", "[null]", "[[1]]", "{}",
            "{\"a\": null}", "{\"9\": {\"b\": 1}}");

    private static final Schema SCHEMA = SchemaRegistry
            .withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ConfigSchema.schema());

    private final ObjectMapper json = new ObjectMapper();
    private final JsonNode good = json
            .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(Mistake.everyKey()));
    private final Set<String> messages = new HashSet<>();

    @Test
    void whatever_stands_in_a_file_it_is_read_or_explained() throws Exception {
        List<JsonNode> others = new ArrayList<>();
        for (String other : OTHERS) others.add(json.readTree(other));
        for (int round = 0; round < 6; round++) {
            int[] next = {round * 3};
            replaceEach(good.deepCopy(), _ -> others.get(next[0]++ % others.size()), this::check);
        }

        assertTrue(messages.size() > 300, "only " + messages.size() + " messages");
    }

    @Test
    void whatever_is_missing_in_a_file_it_is_read_or_explained() {
        replaceEach(good.deepCopy(), _ -> null, this::check);

        assertFalse(messages.isEmpty());
    }

    /// The schema may let through what contradicts itself, but never the reader what the schema does not.
    private void check(JsonNode file) {
        List<Problem> problems = problems(file);
        if (problems.isEmpty()) assertEquals(List.of(), SCHEMA.validate(file), file::toString);
        for (Problem problem : problems) {
            assertEquals(1, problem.line(), problem::message);
            assertTrue(problem.column() > 0, problem::message);
            messages.add(problem.message());
        }
    }

    private static List<Problem> problems(JsonNode file) {
        try {
            ConfigReader.read("routes.json", file.toString());
            return List.of();
        } catch (ConfigException e) {
            assertFalse(e.problems().isEmpty());
            return e.problems();
        }
    }

    /// Puts something in the place of each value, one after the other.
    private interface Other {
        JsonNode of(JsonNode value);
    }

    private static void replaceEach(JsonNode root, Other other, Consumer<JsonNode> action) {
        replaceEach(root, root, other, action);
    }

    private static void replaceEach(JsonNode root, JsonNode node, Other other, Consumer<JsonNode> action) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                String key = field.getKey();
                JsonNode old = object.get(key);
                JsonNode made = other.of(old);
                if (made == null) {
                    object.remove(key);
                } else {
                    object.set(key, made);
                }
                action.accept(root);
                object.set(key, old);
                replaceEach(root, old, other, action);
            }
        } else if (node instanceof ArrayNode array) {
            List<JsonNode> olds = new ArrayList<>();
            array.forEach(olds::add);
            for (int i = 0; i < olds.size(); i++) {
                JsonNode made = other.of(olds.get(i));
                if (made == null) {
                    array.remove(i);
                } else {
                    array.set(i, made);
                }
                action.accept(root);
                if (made == null) array.insert(i, olds.get(i));
                array.set(i, olds.get(i));
                replaceEach(root, olds.get(i), other, action);
            }
        }
    }
}
