package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `top`, `ps` and `replay` as users run them, with a service that needs a token.
class ToolProgramTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private static Path directory;

    private static Program service;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(directory.resolve("token"), TOKEN);
        service = Program.serving(directory, "--admin-token-file", "token", Program.patient(directory));
        given().get(service.pages() + "/products/42").then().statusCode(200);
    }

    @AfterAll
    static void stop() {
        if (service != null) service.close();
    }

    private static String printed(int code, Map<String, String> environment, String... args)
            throws Exception {
        try (Program program = Program.start(directory, environment, args)) {
            assertEquals(code, program.exitCode(), program::err);
            return code == 0 ? program.out() : program.err();
        }
    }

    @Test
    void top_looks_once_and_is_plain_where_nobody_sees_it() throws Exception {
        String text = printed(0, Map.of("ADMIN_TOKEN", TOKEN), "top", service.admin(), "--once");
        assertTrue(text.startsWith(service.admin() + "  "), text);
        assertTrue(text.contains("DOWNSTREAM") && text.contains("catalog"), text);
        assertTrue(!text.contains("\033"), text);
    }

    @Test
    void ps_takes_the_token_from_its_file() throws Exception {
        assertEquals("No request is in flight.\n",
                printed(0, Map.of("ADMIN_TOKEN_FILE", "token"), "ps", service.admin()));
        assertEquals("[]\n",
                printed(0, Map.of("ADMIN_TOKEN", TOKEN), "ps", service.admin(), "--format", "json"));
    }

    @Test
    void without_the_token_they_say_what_is_needed() throws Exception {
        assertTrue(printed(2, Map.of(), "ps", service.admin()).contains("needs its token"));
    }

    @Test
    void saved_minute_is_shown_to_this_machine_alone() throws Exception {
        byte[] minute = given().header("Authorization", "Bearer " + TOKEN)
                .get(service.admin() + "/minute.ndjson").then().statusCode(200)
                .header("Content-Disposition", "attachment; filename=\"minute.ndjson\"")
                .contentType("application/x-ndjson").extract().asByteArray();
        Files.write(directory.resolve("minute.ndjson"), minute);
        try (Program replay = Program.start(directory, Map.of("HOST", "0.0.0.0"), "replay",
                "minute.ndjson")) {
            Program.await("the address", () -> replay.out().contains("Ctrl+C") || !replay.alive());
            String url = replay.printed("Look at: +(\\S+)");
            assertTrue(url.startsWith("http://127.0.0.1:"), url);
            String page = given().get(url).then().statusCode(200).extract().asString();
            assertTrue(page.contains("id=\"saved\"") && page.contains("Permission is hereby granted"),
                    "page");
            given().header("Host", "evil.example").get(url).then().statusCode(421);
            given().get(url + "requests").then().statusCode(404);
            given().post(url).then().statusCode(405);
            replay.terminate();
            assertEquals(0, replay.exitCode());
        }
    }

    @Test
    void file_that_is_no_minute_is_refused() throws Exception {
        Files.writeString(directory.resolve("no.ndjson"), "hello\n");
        assertTrue(printed(2, Map.of(), "replay", "no.ndjson").startsWith("'no.ndjson' is no saved minute"));
        assertEquals("'none.ndjson' cannot be read: there is no such file.\n",
                printed(2, Map.of(), "replay", "none.ndjson"));
    }
}
