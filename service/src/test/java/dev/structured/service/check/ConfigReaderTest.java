package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.Defaults;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.EndpointsConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.QueryRules;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.SendConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ConfigReaderTest {

    @Test
    void small_file_is_read_with_defaults() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", Mistake.GOOD);

        assertEquals(Defaults.SERVER, config.server());
        assertEquals(List.of("catalog", "pricing"), List.copyOf(config.downstreams().keySet()));
        assertEquals(
                new DownstreamConfig("catalog",
                        new EndpointsConfig.Single(URI.create("http://localhost:9001")),
                        Duration.ofMillis(250),
                        64, Duration.ofMinutes(5), 256, 1 << 20, 16 << 10, Map.of(),
                        List.of(DeadlineHeader.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS), Duration.ofMillis(5), null,
                        null, null, null, Defaults.EXTRA, null, false, null, List.of(),
                        ApplicationProtocol.AUTO, SendConfig.DEFAULT, 100),
                config.downstreams().get("catalog"));
        RouteConfig route = config.routes().getFirst();
        assertEquals("GET /products/{id}", route.name());
        assertEquals(Duration.ofMillis(800), route.deadline());
        PartConfig product = route.part("product");
        assertEquals("catalog", product.downstream());
        assertEquals(PathTemplate.of("/products/${id}"), product.call().path());
        assertEquals(QueryRules.NONE, route.query(product));
        assertTrue(product.required());
        PartConfig price = route.part("price");
        assertEquals(Set.of("product"), route.needs(price));
        assertFalse(price.isRequired());
        assertEquals(new BudgetRule.Fixed(Duration.ofMillis(300)), price.call().budget());
    }

    @Test
    void json_is_read_like_yaml() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.json",
                """
                        {
                        \t"downstreams": { "catalog": { "url": "demo:catalog", "maxConnections": 8 } },
                        \t"routes": [ { "path": "\\/products\\/{id}", "deadline": "800ms", "query": ["chaos"],
                        \t\t"parts": { "product": { "from": "catalog", "path": "/products/${id}", \
                        "required": true } } } ]
                        }
                        """);

        assertEquals("/products/{id}", config.routes().getFirst().path());
        assertTrue(config.routes().getFirst().part("product").required());
        assertTrue(config.downstreams().values().iterator().next().isDemo());
    }

    @Test
    void embedded_configuration_is_the_page_of_a_product() {
        ServiceConfig config = ConfigReader.demo().config();

        assertEquals(DownstreamConfig.DEMOS.subList(0, 5), List.copyOf(config.downstreams().keySet()));
        assertEquals(Defaults.SERVER, config.server());
        RouteConfig route = config.routes().getFirst();
        assertEquals("/products/{id}", route.path());
        assertEquals(Duration.ofMillis(800), route.deadline());
        assertEquals(List.of("product", "price", "stock", "reviews", "recommendations"),
                List.copyOf(route.parts().keySet()));
        assertEquals(List.of("product", "price"),
                route.parts().values().stream().filter(PartConfig::required).map(PartConfig::name).toList());
        assertEquals(Set.of("product"), route.needs(route.part("price")));
        assertTrue(route.parts()
                .values()
                .stream()
                .allMatch(part -> route.query(part).passed().equals(List.of("chaos"))));
    }

    @Test
    void comments_of_the_embedded_configuration_tell_the_true_defaults() throws ConfigException {
        DownstreamConfig written = ConfigReader.demo().config().downstreams().get("catalog");
        DownstreamConfig defaults = ConfigReader
                .read("routes.yaml", Mistake.GOOD.replace("http://localhost:9001", "demo:catalog"))
                .downstreams().get("catalog");

        assertEquals(defaults, written);
    }

    @Test
    void parts_pass_on_the_query_parameters_of_the_route_or_their_own() throws ConfigException {
        RouteConfig route = ConfigReader.read("routes.yaml", Mistake.GOOD
                .replace("    deadline: 800ms", "    deadline: 800ms\n    query: [chaos, lang]")
                .replace("budget: 300ms", "query: [currency]")).routes().getFirst();

        assertEquals(List.of("chaos", "lang"), route.query(route.part("product")).passed());
        assertEquals(List.of("currency"), route.query(route.part("price")).passed());
    }

    @Test
    void part_without_budget_has_none() throws ConfigException {
        assertNull(
                ConfigReader.read("routes.yaml", Mistake.GOOD).routes().getFirst().part("product").call()
                        .budget());
    }

    @Test
    void all_problems_of_a_file_are_reported_at_once_in_its_order() {
        Mistake mistake = Mistake.replacing("budget: 300ms", "budgt: 300")
                .and("from: catalog", "from: catalogue")
                .and("800ms", "800")
                .and("required: true", "required: yes")
                .and("${product.sku}", "${prodct.sku}")
                .and("http://localhost:9001", "ftp://localhost:9001");

        assertEquals(List.of("3:10", "8:15", "11:15", "13:19", "16:23", "17:9"),
                mistake.problems().stream().map(problem -> problem.line() + ":" + problem.column()).toList());
    }

    @Test
    void message_has_one_line_for_each_problem() {
        String text = Mistake.replacing("budget: 300ms", "budgt: 300ms").and("800ms", "800").text();

        ConfigException e = assertThrows(ConfigException.class,
                () -> ConfigReader.read("conf/routes.yaml", text));

        assertEquals(
                """
                        conf/routes.yaml:8:15: 'deadline' of route '/products/{id}' must be a duration with \
                        a unit; write 800ms, 800s or 800min
                        conf/routes.yaml:17:9: unknown key 'budgt' in part 'price' of route \
                        '/products/{id}'; did you mean 'budget'? \
                        (known keys: value, from, method, path, query, headers, requestHeaders, \
                        responseHeaders, cookies, setCookies, body, idempotencyKey, retry, hedge, budget, \
                        minBudget, target, allow, deny, rename, flatten, onFailure, fallback, statuses, \
                        passProblem, each, atOnce, atMost, onElementFailure, required, needs, when, as, \
                        group, merge, show)""",
                e.getMessage());
    }

    @Test
    void message_stops_after_fifty_lines() {
        StringBuilder text = new StringBuilder(Mistake.GOOD);
        for (int i = 0; i < 60; i++) text.append("extra").append(i).append(": 1\n");

        ConfigException e = assertThrows(ConfigException.class,
                () -> ConfigReader.read("routes.yaml", text.toString()));

        assertEquals(60, e.problems().size());
        assertEquals(51, e.getMessage().lines().count());
        assertTrue(e.getMessage().endsWith("routes.yaml: and 10 more problems"));
    }

    @Test
    void unknown_key_is_an_error_that_lists_the_known_ones() {
        Mistake.replacing("budget: 300ms", "colour: red").isReported(17, 9,
                "unknown key 'colour' in part 'price' of route '/products/{id}' (known keys: value, from, "
                        + "method, path,");
        Mistake.replacing("budget: 300ms", "timeout: 300ms").isReported(17, 9,
                "unknown key 'timeout' in part 'price' of route '/products/{id}'; did you mean 'budget'?");
        Mistake.replacing("routes:", "server:\n  port: 80\nroutes:").isReported(7, 3,
                "unknown key 'port' in 'server'", "known keys: maxBody");
        Mistake.replacing("routes:", "routs: 1\nroutes:").isReported(6, 1,
                "unknown key 'routs' in the configuration", "did you mean 'routes'?");
        Mistake.replacing("    url: http://localhost:9002",
                "    url: http://localhost:9002\n    maxconnections: 3")
                .isReported(6, 5, "unknown key 'maxconnections' in downstream 'pricing'",
                        "did you mean 'maxConnections'?");
    }

    @Test
    void missing_key_is_an_error_that_says_what_to_add() {
        Mistake.replacing("from: catalog", "query: []").isReported(11, 9,
                "part 'product' of route '/products/{id}' has no 'from'", "add 'from: NAME'");
        Mistake.replacing("path: /products/${id}", "query: []").isReported(11, 9, "has no 'path'", "add");
        Mistake.replacing("deadline: 800ms", "query: []").isReported(7, 5,
                "route '/products/{id}' has no 'deadline'", "add");
        Mistake.replacing("path: /products/{id}", "query: []").isReportedAmongOthers(7, 5,
                "route 1 of 'routes' of the configuration has no 'path'");
        Mistake.replacing("url: http://localhost:9001", "maxQueued: 1").isReported(3, 5,
                "downstream 'catalog' has no 'url'", "demo:NAME");
        new Mistake("server: {}\n").isReportedAmongOthers(1, 1, "the configuration has no 'downstreams'");
        new Mistake("server: {}\n").isReportedAmongOthers(1, 1, "the configuration has no 'routes'");
    }

    @Test
    void duplicate_key_is_an_error_that_names_the_first_line() {
        Mistake.replacing("budget: 300ms", "from: catalog").isReported(17, 9,
                "duplicate key 'from' in part 'price'", "already at line 15");
        Mistake.replacing("  pricing:", "  catalog:").isReportedAmongOthers(4, 3,
                "duplicate key 'catalog' in 'downstreams'", "line 2");
        Mistake.replacing("      price:", "      product:").isReported(14, 7,
                "duplicate key 'product' in 'parts' of route '/products/{id}'", "line 10");
    }

    @Test
    void wrong_kind_of_value_is_an_error_that_says_what_is_expected() {
        Mistake.replacing("from: catalog", "from: 42").isReported(11, 15, "'from' of part 'product'",
                "must be text; put it in quotes: \"42\"");
        Mistake.replacing("from: catalog", "from: [catalog]").isReported(11, 15,
                "must be a single value, not a list");
        Mistake.replacing("from: catalog", "from: {a: b}").isReported(11, 15,
                "must be a single value, not a mapping");
        Mistake.replacing("from: catalog", "from: ''").isReported(11, 15, "must not be empty");
        Mistake.replacing("from: catalog", "from:").isReported(11, 14,
                "'from' of part 'product' of route '/products/{id}' has no value", "remove the line");
        Mistake.replacing("required: true", "required: yes").isReported(13, 19, "must be true or false",
                "'yes'");
        Mistake.replacing("required: true", "required: 'true'").isReported(13, 19, "without quotes");
        Mistake.replacing("budget: 300ms", "query: lang").isReported(17, 16, "'query' of part 'price'",
                "must be a list, not a single value");
        new Mistake("routes: {}\ndownstreams: []\n").isReportedAmongOthers(1, 9,
                "'routes' of the configuration must be a list, not a mapping");
        new Mistake("routes: {}\ndownstreams: []\n").isReportedAmongOthers(2, 14,
                "must be a mapping ('key: value' lines), not a list");
        new Mistake("just words\n").isReported(1, 1, "the configuration must be a mapping",
                "not a single value");
        Mistake.replacing("budget: 300ms", "? [a, b]\n        : 1").isReported(17, 11,
                "a key of part 'price'", "is no text; write 'key: value'");
    }

    @Test
    void empty_lists_and_mappings_are_errors() {
        new Mistake("downstreams: {}\nroutes: []\n").isReportedAmongOthers(1, 14, "'downstreams'",
                "is empty; it needs at least one downstream");
        new Mistake("downstreams: {}\nroutes: []\n").isReportedAmongOthers(2, 9, "'routes'",
                "is empty; it needs at least one route");
        new Mistake("downstreams: {a: {url: demo:stock}}\nroutes: [{path: /a, deadline: 1s, parts: {}}]\n")
                .isReported(2, 42, "'parts' of route '/a' is empty; it needs at least one part");
    }

    @Test
    void file_without_downstreams_is_not_blamed_for_every_use_of_one() {
        new Mistake(
                "routes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /}, q: {from: d, path: /}}}]\n")
                .isReported(1, 1, "the configuration has no 'downstreams'");
    }

    @Test
    void too_many_parts_are_an_error() {
        StringBuilder parts = new StringBuilder();
        for (int i = 0; i < 101; i++) parts.append("p").append(i).append(": {from: a, path: /x}, ");

        new Mistake("downstreams: {a: {url: demo:stock}}\nroutes: [{path: /a, deadline: 1s, parts: {" + parts
                + "}}]\n")
                .isReported(2, 42, "has 101 entries; at most 100 are allowed");
    }

    @Test
    void numbers_have_bounds() {
        Mistake.replacing("url: http://localhost:9001", "url: demo:stock\n    maxConnections: 0")
                .isReported(4, 21, "must be between 1 and 10000; it is 0");
        Mistake.replacing("url: http://localhost:9001", "url: demo:stock\n    maxConnections: -1")
                .isReported(4, 21, "between 1 and 10000", "it is -1");
        Mistake.replacing("url: http://localhost:9001",
                "url: demo:stock\n    maxConnections: 99999999999999999999")
                .isReported(4, 21, "between 1 and 10000; it is 99999999999999999999");
        Mistake.replacing("url: http://localhost:9001", "url: demo:stock\n    maxConnections: 1.5")
                .isReported(4, 21, "must be a whole number; it is '1.5'");
        Mistake.replacing("url: http://localhost:9001", "url: demo:stock\n    maxConnections: 0x10")
                .isReported(4, 21, "must be a whole number; it is '0x10'");
    }

    @Test
    void file_of_ten_thousand_lines_is_read() throws ConfigException {
        StringBuilder text = new StringBuilder("downstreams:\n  a: {url: 'http://a:1'}\nroutes:\n");
        for (int route = 0; route < 500; route++) {
            text.append("  - path: /r").append(route).append("/{id}\n    deadline: 1s\n    parts:\n");
            for (int part = 0; part < 8; part++) {
                text.append("      p").append(part).append(":\n        from: a\n");
                text.append("        path: /x/${id}")
                        .append(part == 0 ? "\n" : "/${p" + (part - 1) + ".v}\n");
            }
        }
        assertTrue(text.chars().filter(c -> c == '\n').count() > 10_000);

        ServiceConfig config = ConfigReader.read("long.yaml", text.toString());

        assertEquals(500, config.routes().size());
        RouteConfig last = config.routes().getLast();
        assertEquals(Set.of("p6"), last.needs(last.part("p7")));
    }

    @Test
    void ten_thousand_mistakes_are_told_in_order_and_not_all_are_written() {
        String text = "downstreams:\n  a: {url: 'http://a:1'}\nroutes: []\n" + "x1: y\n".repeat(10_000);

        ConfigException e = assertThrows(ConfigException.class, () -> ConfigReader.read("long.yaml", text));

        assertTrue(e.problems().size() >= 10_000, () -> "only " + e.problems().size());
        assertEquals(51, String.valueOf(e.getMessage()).lines().count());
    }
}
