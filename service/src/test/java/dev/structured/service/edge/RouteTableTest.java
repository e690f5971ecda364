package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageSource;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.RunningEdge;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
    private static final String PARTS = """
                deadline: 800ms
                parts: {product: {from: product-service, path: "/product"}}
            """;
    private static final RouteTable TABLE = table("""
              - path: /products/top
            %1$s
              - path: /products/{id}
            %1$s
              - method: PUT
                path: /products/{id}
            %1$s
              - method: DELETE
                path: /products/{sku}
            %1$s
              - path: /shops/{shop}/products/{id}
            %1$s
              - path: /
            %1$s
            """.formatted(PARTS));

    private static RouteTable table(String routes) {
        return RouteTable.of(RunningEdge.routes(routes), (_, _, _) -> Pages.complete(Pages.page("")));
    }

    @ParameterizedTest
    @CsvSource({"GET,/products/top,/products/top", "GET,/products/1,/products/{id}",
            "HEAD,/products/1,/products/{id}", "PUT,/products/top,/products/{id}",
            "DELETE,/products/1,/products/{sku}", "GET,/products/1/,/products/{id}",
            "GET,/%70roducts/t%6Fp,/products/top", "GET,/products/%74%6f%70/,/products/top",
            "GET,/shops/a/products/b,/shops/{shop}/products/{id}", "GET,/,/"})
    void first_route_of_method_and_path_answers(String method, String path, String route) {
        assertEquals(route, found(method, path).served().route().path());
    }

    @Test
    void parameters_are_decoded_once_and_a_plus_is_a_plus() {
        assertEquals(Map.of("shop", "a+b c", "id", "%25\u00e9;x=1"),
                found("GET", "/shops/a+b%20c/products/%2525%C3%A9;x=1").params());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/products", "/products/", "/products/1/2", "/Products/1", "/products//", "//",
            "/shops//products/1", "/products%2F1", "/%2570roducts/1", "", "products/1", "*"})
    void other_paths_are_nobodys(String path) {
        assertInstanceOf(RouteTable.Match.Nothing.class, TABLE.match("GET", null, path));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST|/products/1|GET, HEAD, PUT, DELETE, OPTIONS",
            "get|/products/1|GET, HEAD, PUT, DELETE, OPTIONS",
            "OPTIONS|/shops/a/products/1|GET, HEAD, OPTIONS"})
    void path_without_the_method_names_its_methods(String method, String path, String allow) {
        assertEquals(allow,
                assertInstanceOf(RouteTable.Match.OtherMethods.class, TABLE.match(method, null, path))
                        .allow());
    }

    /// What a path is compared with does not grow with the number of routes, nor with their parameters.
    @Test
    void path_is_compared_with_routes_that_begin_alike_only() {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 900; i++) {
            routes.append("  - path: /r").append(i).append(i % 3 == 0 ? "/{id:integer}" : "/{id}")
                    .append('\n')
                    .append(PARTS);
        }
        routes.append("  - path: /r7/{a}/b\n").append(PARTS).append("  - path: /{any}/{id}\n").append(PARTS);
        RouteIndex index = new RouteIndex(RunningEdge.routes(routes.toString()).stream()
                .map(route -> new ServedRoute(route, Set.of())).toList());

        assertEquals(List.of("/r7/{id}", "/{any}/{id}"), candidates(index, "r7", "42"));
        assertEquals(List.of("/r7/{a}/b"), candidates(index, "r7", "42", "b"));
        assertEquals(List.of("/{any}/{id}"), candidates(index, "other", "42"));
        assertEquals(List.of(), candidates(index, "r7"));
    }

    /// Without `hosts` in a file, the host of a request is not looked at: the same list answers for all.
    @Test
    void host_is_looked_up_only_if_a_route_names_one() {
        HostIndex none = index("  - path: /a\n" + PARTS);
        HostIndex one = index("  - path: /a\n    hosts: a.example\n" + PARTS + "  - path: /b\n" + PARTS);

        assertSame(none.of("a.example"), none.of("a".repeat(10_000)));
        assertSame(none.of(null), none.of("b.example:80"));
        assertEquals(2, one.of("A.example.:1").size());
        assertEquals(1, one.of("b.a.example").size());
    }

    private static HostIndex index(String routes) {
        return new HostIndex(
                RunningEdge.routes(routes).stream().map(route -> new ServedRoute(route, Set.of())).toList());
    }

    /// Drawn paths, and the first route of which every segment fits as Java's regular expressions have it.
    @Test
    void drawn_paths_lead_to_the_first_route_that_fits() {
        List<String> segments = List.of("a", "b.json", "{x}", "{x:integer}", "{x:[a-z]{2}}",
                "{x:[a-z]+}.json",
                "v{x:[0-9]}", "{x}-b");
        Map<String, String> expressions = Map.of("{x}", "(.+)", "{x:integer}", "(-?[0-9]+)",
                "{x:[a-z]{2}}",
                "([a-z]{2})", "{x:[a-z]+}.json", "([a-z]+)\\.json", "v{x:[0-9]}", "v([0-9])", "{x}-b",
                "(.+)-b");
        List<String> paths = new ArrayList<>();
        for (String first : segments) {
            for (String second : segments) paths.add("/" + first + "/" + second.replace("{x", "{y"));
        }
        Random random = new Random(3);
        Collections.shuffle(paths, random);
        RouteTable table = RouteTable.of(paths.stream().map(RouteTableTest::unchecked).toList(),
                (_, _, _) -> Pages.complete(Pages.page("")));
        List<String> words = List.of("a", "b", "b.json", "ab", "ab.json", "12", "-3", "v7", "vv", "a-b",
                "%61",
                "a%2Fb", "%41%42", "x.json-b", "%C3%A9");
        int found = 0;
        for (int i = 0; i < 2_000; i++) {
            String one = words.get(random.nextInt(words.size()));
            String other = words.get(random.nextInt(words.size()));
            String expected = paths.stream().filter(path -> {
                int slash = path.indexOf('/', 1);
                return fits(path.substring(1, slash), one, expressions)
                        && fits(path.substring(slash + 1).replace("{y", "{x"), other, expressions);
            }).findFirst().orElse("");
            String actual = table.match("GET", null,
                    "/" + one + "/" + other) instanceof RouteTable.Match.Found met
                            ? met.served().route().path()
                            : "";
            assertEquals(expected, actual, one + "/" + other);
            if (!actual.isEmpty()) found++;
        }
        assertTrue(found > 1_000, "hardly any path led anywhere");
    }

    private static boolean fits(String segment, String sent, Map<String, String> expressions) {
        String expression = expressions.get(segment);
        return expression == null
                ? sent.replace("%61", "a").equals(segment)
                : URLDecoder.decode(sent, StandardCharsets.UTF_8).matches("(?s)" + expression);
    }

    /// Returns a route that is not compared with others.
    private static RouteConfig unchecked(String path) {
        return RunningEdge.routes("  - path: '" + path + "'\n" + PARTS).getFirst();
    }

    private static List<String> candidates(RouteIndex index, String... segments) {
        return index.candidates(List.of(segments)).stream().map(each -> each.route().path()).toList();
    }

    @Test
    void head_needs_a_route_for_get() {
        RouteTable table = table("  - method: PUT\n    path: /only\n" + PARTS);
        assertEquals(new RouteTable.Match.OtherMethods("/only", "PUT, OPTIONS"),
                table.match("HEAD", null, "/only"));
    }

    @Test
    void headers_are_those_that_the_parts_pass_on_or_use() {
        RouteTable table = table(
                """
                          - path: /a/{id}
                            deadline: 800ms
                            requestHeaders: [accept-language]
                            parts:
                              one: {from: product-service, path: "/1"}
                              two: {from: product-service, path: "/2", requestHeaders: [authorization]}
                              three: {from: product-service, path: "/3", requestHeaders: [x-tenant], \
                        headers: {X: "${header.x-tenant}"}}
                          - method: POST
                            path: /many
                            deadline: 800ms
                            body: {fields: {ids: array}}
                            batch: {route: "/a/{id}", items: "${body.ids}"}
                        """);
        Set<String> names = Set.of("accept-language", "authorization", "x-tenant");
        assertEquals(names, headers(table, "GET", "/a/1"));
        assertEquals(names, headers(table, "POST", "/many"));
    }

    @Test
    void request_keeps_the_table_that_it_began_with() throws Exception {
        var began = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        PageSource old = (_, _, _) -> {
            began.countDown();
            while (release.getCount() > 0)
                Checkpoints.sleep(Duration.ofMillis(5));
            return Pages.complete(Pages.page("old"));
        };
        PageSource next = (_, _, _) -> page("new");
        RouteTable other = RouteTable.of(RunningEdge.routes("  - path: /other\n" + PARTS), next);
        try (RunningEdge edge = new RunningEdge(old);
                RawClient first = edge.connect().get("/products/1");
                RawClient second = edge.connect()) {
            began.await();
            edge.server.serve(other);
            assertEquals(404, second.get("/products/1").read().status());
            assertEquals("{\"id\":\"new\"}", second.get("/other").read().body());
            release.countDown();
            assertEquals("{\"id\":\"old\"}", first.read().body());
            assertEquals(404, first.get("/products/1").read().status());
        }
    }

    private static Outcome page(String id) {
        return Pages.complete(Pages.page(id));
    }

    private static RouteTable.Match.Found found(String method, String path) {
        return assertInstanceOf(RouteTable.Match.Found.class, TABLE.match(method, null, path));
    }

    private static Set<String> headers(RouteTable table, String method, String path) {
        return assertInstanceOf(RouteTable.Match.Found.class, table.match(method, null, path)).served()
                .headers();
    }
}
