package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.ServiceConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole texts, so that somebody reads them whenever they change.
final class ExplanationTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            -,                         all.txt
            /users/{id}/dashboard,     dashboard.txt
            GET /search,               search.txt
            POST /dashboards,          batch.txt
            """)
    void route_is_explained(@Nullable String route, String file) throws CommandException {
        assertEquals(Shop.text(file), Explanation.of(Shop.config(), route));
    }

    @Test
    void demo_is_explained() throws CommandException {
        assertEquals(Shop.text("demo.txt"), Explanation.of(ConfigReader.demo().config(), "/products/{id}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /serach", "/serach"})
    void unknown_route_is_answered_with_the_nearest_one_and_all_others(String name) {
        ServiceConfig config = Shop.config();
        String meant = name.replace("serach", "search");
        String message = assertThrows(CommandException.class, () -> Explanation.of(config, name))
                .getMessage();
        assertEquals("There is no route '" + name + "'; did you mean '" + meant + "'?\nThe routes are:\n"
                + "  GET /users/{id}/dashboard\n  GET /search\n  POST /dashboards\n  POST "
                + "/users/{user}/notes",
                message);
    }

    @Test
    void problems_of_ones_own_are_told() throws Exception {
        ServiceConfig config = ConfigReader.read("test.yaml",
                """
                        problems: {types: https://e.b/, language: de, texts: {404: {title: x}, cors: {title: y}}, fields: {code: 1}}
                        downstreams: {d: {url: demo:stock}}
                        routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /a, required: true, \
                        passProblem: true}}}]
                        """);
        String text = Explanation.of(config, "/r");

        assertTrue(text.contains(
                "\nProblems have types https://e.b/…, 2 texts in de and the fields code of their own\n"),
                text);
        assertTrue(text.contains("the client gets the problem with which it is refused"), text);
    }

    @Test
    void path_with_several_methods_is_explained_for_each() throws CommandException {
        ServiceConfig config = Shop.config("", """
                deadline: 1s
                parts: {a: {from: d, path: "/${id}"}}
                """, """
                path: /r/{id}
                method: DELETE
                deadline: 1s
                parts: {b: {from: d, path: "/${id}"}}
                """);
        String text = Explanation.of(config, "/r/{id}");
        assertEquals(2, text.lines().filter(line -> line.matches("(GET|DELETE) /r/\\{id}")).count(), text);
    }

    @Test
    void cookies_and_addresses_are_told() throws Exception {
        ServiceConfig config = ConfigReader.read("test.yaml", """
                edge: {trustedProxies: [10.0.0.0/8], forwardedHeader: forwarded}
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /r
                    deadline: 1s
                    cookies: [session, theme]
                    rateLimit: {requests: 3, per: 1s, by: address}
                    parts:
                      p: {from: d, path: /a, setCookies: [session]}
                      q: {from: d, path: /b, cookies: []}
                """);
        String text = Explanation.of(config, "/r");

        assertEquals(1, text.lines().filter(line -> line
                .equals("      sends the client's cookies session and theme, and no others")).count(), text);
        assertTrue(text.contains("its answer may set the client's cookies session, so nobody keeps the page"),
                text);
        assertTrue(text.contains("of one address, as trusted proxies tell it by forwarded"), text);
    }
}
