package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigDiffTest {
    private static final String FILE = """
            server: {maxBody: 64KiB}
            downstreams:
              a: {url: 'http://a:1', headers: {X-Key: secret-1}}
              b: {url: 'http://b:1'}
            routes:
              - path: /one/{id}
                deadline: 800ms
                parts:
                  x: {from: a, path: '/x/${id}', budget: 300ms}
                  y: {from: b, path: /y}
              - path: /two
                deadline: 1s
                parts:
                  x: {from: a, path: /x}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxBody: 64KiB       | maxBody: 32KiB         | ~ server maxBody: 65536 → 32768
            secret-1             | secret-2               | ~ downstream a headers x-key
            http://b:1           | http://b:2             | ~ downstream b url
            b: {                 | b: {breaker: {},       | ~ downstream b breaker: none → {failureRate: 50.0%, window: 100, minCalls: 20, openFor: 5000ms, trialCalls: 5}
            budget: 300ms        | budget: 40%            | ~ route GET /one/{id} parts x budget: 300ms → 40.0%
            y: {from             | z: {from               | - route GET /one/{id} parts y;+ route GET /one/{id} parts z
            /two                 | /three                 | - route GET /two;+ route GET /three
            deadline: 1s         | deadline: 1000ms       |
            """)
    void names_what_is_different(String before, String after, String lines) throws ConfigException {
        assertEquals(lines == null ? List.of() : List.of(lines.split(";", -1)),
                ConfigDiff.between(read(FILE), read(FILE.replace(before, after))));
    }

    @Test
    void sees_routes_that_only_changed_places() throws ConfigException {
        int second = FILE.indexOf("  - path: /two");
        int first = FILE.indexOf("  - path: /one");
        String swapped = FILE.substring(0, first) + FILE.substring(second) + FILE.substring(first, second);

        assertEquals(List.of("~ the order of the routes"), ConfigDiff.between(read(FILE), read(swapped)));
    }

    private static ServiceConfig read(String text) throws ConfigException {
        return ConfigReader.read("test.yaml", text);
    }
}
