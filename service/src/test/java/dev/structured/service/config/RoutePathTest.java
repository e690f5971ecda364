package dev.structured.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is told of a path: how OpenAPI writes it, and a path to try.
final class RoutePathTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            / / /
            /a/{id} /a/{id} /a/42
            /a/{id:integer}.json /a/{id}.json /a/42.json
            /v{n:[0-9]}/x /v{n}/x /v1/x
            /{code:[a-z]{2}(-[A-Z]{2})?} /{code} /aa
            /{ok:boolean} /{ok} /true
            /{sku:SKU-[0-9]{1,6}} /{sku} /SKU-1
            /{x:[^a-z0-9]b} /{x} /%00b
            /a/** /a /a
            """)
    void path_has_a_template_and_an_example(String path, String template, String example) throws Exception {
        RoutePath read = RoutePath.parse(path);

        assertEquals(template, read.template());
        assertEquals(example, read.example());
        assertEquals(read, RoutePath.parse(path));
        assertEquals(read.hashCode(), RoutePath.parse(path).hashCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /** /a true
            /a/** /a true
            /a/** /a/{x:integer}/b true
            /a/** /b false
            /{x} /{y:integer} true
            /{x:integer} /{y} false
            /{x:integer} /42 true
            /{x:integer} /x false
            /{x:integer}/** /{y:[0-9]+}/** true
            /a /a/** false
            """)
    void path_covers_what_it_takes_all_requests_of(String path, String other, boolean covers)
            throws Exception {
        assertEquals(covers, RoutePath.parse(path).covers(RoutePath.parse(other)));
    }
}
