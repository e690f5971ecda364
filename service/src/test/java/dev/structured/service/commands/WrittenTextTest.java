package dev.structured.service.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.PlacedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenTextTest {
    @TempDir
    private Path folder;

    private String explained(String text) throws Exception {
        PlacedConfig placed = ConfigReader.placed(write("routes.yaml", text));
        return Explanation.of(placed.config(), "/a", placed.places()).replace(folder + "/", "");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void values_that_stand_elsewhere_are_shown_with_their_places() throws Exception {
        write("common.yaml", """
                defaults:
                  routes: {deadline: 1s}
                  downstreams: {maxQueued: 3, coalesce: true}
                """);
        String text = explained("""
                include: common.yaml
                x-replicas: &replicas {maxConnections: 7, maxAge: 1min}
                downstreams:
                  d: {<<: *replicas, url: "http://h:1", coalesce: null, maxAge: 2min}
                routes:
                  - {path: /a, parts: {p: {from: d, path: /x}}}
                """);

        assertEquals("""
                Written
                  this route        routes.yaml:6
                    deadline        common.yaml:2, a default
                  d                 routes.yaml:4
                    maxConnections  routes.yaml:2, merged
                    maxQueued       common.yaml:3, a default
                """, text.substring(text.indexOf("Written"), text.indexOf("\n```mermaid")));
    }

    @Test
    void keys_of_another_file_are_shown_with_their_places() throws Exception {
        write("common.yaml", "downstreams:\n  d:\n    coalesce: true\n");
        String text = explained("""
                include: common.yaml
                downstreams: {d: {url: "http://h:1"}}
                routes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /x}}}]
                """);

        assertEquals("""
                Written
                  this route  routes.yaml:3
                  d           common.yaml:3
                    url       routes.yaml:2
                """, text.substring(text.indexOf("Written"), text.indexOf("\n```mermaid")));
    }

    @Test
    void one_file_in_which_each_value_stands_where_it_counts_says_nothing() throws Exception {
        assertFalse(explained("""
                downstreams: {d: {url: "http://h:1"}}
                routes: [{path: /a, deadline: 1s, parts: {p: {from: d, path: /x}}}]
                """).contains("Written"));
    }
}
