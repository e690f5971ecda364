package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that serve nothing, as users run them: what goes where, and the exit codes.
class ConfigCommandsTest {

    @TempDir
    private Path directory;

    private void prints(int exitCode, String out, String err, String... args) throws Exception {
        try (Program program = Program.start(directory, Map.of("LC_ALL", "C"), args)) {
            assertEquals(exitCode, program.exitCode(), program.err());
            assertEquals(out, program.out());
            assertEquals(err, program.err());
        }
    }

    @Test
    void good_file_is_called_good() throws Exception {
        prints(0, "demo: 1 route, 5 downstreams: good\n", "", "check");
    }

    @Test
    void good_file_may_have_warnings_on_stderr() throws Exception {
        ExpiredCertificate.write(directory);
        prints(0, "routes.yaml: 1 route, 1 downstream: good\n",
                """
                        routes.yaml:1:29: warning: 'certificate' of 'tls' of 'server' of the configuration \
                        names own.pem, which expired at 2026-01-31T12:00:00Z, so the other side refuses it; \
                        write a new certificate to the file
                        """,
                "check", "routes.yaml");
    }

    @Test
    void bad_file_has_all_its_mistakes_on_stderr() throws Exception {
        Files.writeString(directory.resolve("bad.yaml"),
                "downstreams: {a: {url: demo:catalgo}}\nrotes: []\n");
        prints(2, "",
                """
                        bad.yaml:1:1: the configuration has no 'routes'; add at least one, with 'path', \
                        'deadline' and 'parts'
                        bad.yaml:1:24: 'url' of downstream 'a' names the unknown demo 'catalgo'; did you \
                        mean 'catalog'? (demos: \
                        catalog, pricing, stock, reviews, recommendations, users, orders, north, south, \
                        east, pricing-2, pricing-3)
                        bad.yaml:2:1: unknown key 'rotes' in the configuration; did you mean 'routes'? \
                        (known keys: include, server, admin, edge, problems, defaults, store, clients, \
                        issuers, downstreams, routes)
                        """,
                "check", "bad.yaml");
    }

    @Test
    void unknown_route_is_told_with_those_that_there_are() throws Exception {
        prints(2, "", """
                There is no route '/product/{id}'; did you mean '/products/{id}'?
                The routes are:
                  GET /products/{id}
                These are the demo's routes; for another configuration: explain FILE ROUTE
                """, "explain", "/product/{id}");
    }

    @Test
    void failed_spec_is_exit_code_1_and_passed_ones_0() throws Exception {
        Files.writeString(directory.resolve("spec.yaml"),
                "name: \"a path\\u00fc\"\nrequest: {path: /x}\nexpect: {status: 404}\n");
        prints(0, "ok   a pathü (0 ms of virtual time)\n1 spec: 1 passed, 0 failed\n", "", "test", "demo",
                "spec.yaml");
        Files.writeString(directory.resolve("spec.yaml"),
                "name: a path\nrequest: {path: /x}\nexpect: {status: 200}\n");
        prints(1, "FAIL a path (spec.yaml)\n     status: expected 200, got 404\n1 spec: 0 passed, 1 failed\n",
                "",
                "test", "demo", "spec.yaml");
    }

    @Test
    void schema_and_description_are_JSON_on_stdout() throws Exception {
        for (String command : new String[]{"schema", "openapi"}) {
            try (Program program = Program.start(directory, Map.of(), command)) {
                assertEquals(0, program.exitCode(), program.err());
                assertTrue(program.out().startsWith("{\n") && program.out().endsWith("}\n"), program.out());
            }
        }
    }
}
