package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of the program as users run it.
class LogProgramTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    private Path directory;

    @Test
    void every_line_is_json_where_that_is_asked_for() throws Exception {
        List<JsonNode> lines;
        try (Program program = Program.serving(directory, "--log-format", "json",
                Program.patient(directory))) {
            changed(program, "warn");
            RestAssured.given().header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .header("X-Request-Id", "r-1")
                    .get(program.pages() + "/products/42?chaos=reviews:badjson").then().statusCode(200);
            RestAssured.get(program.pages() + "/nothing").then().statusCode(404);
            Program.await("the lines", () -> program.err().contains("\"status\":404"));
            lines = parsed(program.err());
        }
        JsonNode page = only(lines, "access", "\"status\":200");
        assertEquals("/products/{id}", page.get("route").textValue());
        assertEquals("r-1", page.get("id").textValue());
        assertEquals(TRACE, page.get("trace").textValue());
        assertEquals("127.0.0.1", page.get("address").textValue());
        assertEquals("reviews:invalid_json", page.get("missing").get(0).textValue());
        assertEquals("UPE", page.get("flags").textValue());
        assertEquals("invalid_json", page.get("parts").get("reviews").get("outcome").textValue());
        assertTrue(page.get("parts").get("product").get("firstByte").isNumber(), page::toString);
        assertTrue(page.get("bytes").intValue() > 20, page::toString);
        assertTrue(page.get("timestamp").isIntegralNumber(), page::toString);
        assertEquals("NR", only(lines, "access", "\"status\":404").get("flags").textValue());

        JsonNode call = only(lines, "calls", "reviews");
        assertEquals("WARN", call.get("level").textValue());
        assertEquals("r-1", call.get("mdc").get("request").textValue());
        assertEquals("reviews", call.get("mdc").get("part").textValue());
        assertEquals("GET /products/{id}", call.get("mdc").get("route").textValue());
        assertEquals(TRACE, call.get("mdc").get("trace").textValue());
        assertTrue(call.get("formattedMessage").textValue().startsWith(
                "Part 'reviews' of /products/{id} is missing: downstream 'reviews', invalid_json: "),
                call::toString);
    }

    @Test
    void failed_calls_are_written_only_while_they_are_asked_for() throws Exception {
        try (Program program = Program.serving(directory, Program.patient(directory))) {
            String page = program.pages() + "/products/42?chaos=reviews:500&n=";
            RestAssured.get(page + 1).then().statusCode(200);
            changed(program, "info");
            RestAssured.get(page + 2).then().statusCode(200);
            changed(program, "off");
            RestAssured.get(page + 3).then().statusCode(200);
            Program.await("the lines", () -> program.err().lines().filter(line -> line.contains("status=200"))
                    .count() == 3);
            List<String> calls = program.err().lines().filter(line -> line.contains(" calls - ")).toList();
            assertEquals(1, calls.size(), program::err);
            assertTrue(calls.getFirst().endsWith(" INFO calls - Part 'reviews' of /products/{id} is missing: "
                    + "downstream 'reviews', status: the downstream answered with status 500"),
                    calls::toString);
            assertFalse(program.err().contains("SLF4J"), program::err);
            RestAssured.post(program.admin() + "/log?calls=loud").then().statusCode(400);
        }
    }

    private static void changed(Program program, String level) {
        String answer = RestAssured.post(program.admin() + "/log?calls=" + level).then().statusCode(200)
                .extract()
                .asString();
        assertEquals("{\"calls\":\"" + level + "\"}\n", answer);
        assertEquals(answer, RestAssured.get(program.admin() + "/log").asString());
    }

    private static List<JsonNode> parsed(String err) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : err.lines().toList()) {
            JsonNode node = json.readTree(line);
            assertTrue(node.isObject(), line);
            assertNotNull(node.get("timestamp"), line);
            assertNotNull(node.get("level"), line);
            assertNotNull(node.get("loggerName"), line);
            lines.add(node);
        }
        return lines;
    }

    private static JsonNode only(List<JsonNode> lines, String logger, String text) {
        List<JsonNode> found = lines.stream().filter(line -> line.get("loggerName").textValue().equals(logger)
                && line.toString().contains(text)).toList();
        assertEquals(1, found.size(), lines::toString);
        return found.getFirst();
    }
}
