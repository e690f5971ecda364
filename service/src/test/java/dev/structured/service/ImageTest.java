package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the image is made of, and that it needs no shell when it runs.
class ImageTest {
    private static final String DOCKERFILE = "../Dockerfile";

    /// Without `RUN` in the last stage, the base may be an image that has no shell at all.
    @Test
    void last_stage_runs_nothing_and_starts_programs_without_a_shell() throws IOException {
        String file = Files.readString(Path.of(DOCKERFILE));
        List<String> stage = file.substring(file.lastIndexOf("\nFROM ") + 1).replace("\\\n", "").lines()
                .filter(line -> !line.startsWith("#")).toList();
        assertTrue(stage.stream().noneMatch(line -> line.startsWith("RUN")), stage::toString);
        for (String program : List.of("ENTRYPOINT", "HEALTHCHECK")) {
            String line = stage.stream().filter(each -> each.startsWith(program)).findFirst().orElseThrow();
            assertTrue(line.contains("[\"/"), line);
            assertFalse(line.matches(".*\\b(sh|bash)\\b.*"), line);
        }
    }

    @Test
    void health_check_names_a_program_that_is_there() throws Exception {
        String file = Files.readString(Path.of(DOCKERFILE));
        String name = file.replaceAll("(?s).*\"-cp\", \"/app/service.jar\", \"([^\"]+)\".*", "$1");
        assertEquals("main", Class.forName(name).getDeclaredMethod("main").getName());
    }

    @Test
    void compose_and_the_dockerfile_name_the_same_bases() throws IOException {
        String compose = Files.readString(Path.of("../docker-compose.yml"));
        try (Stream<String> lines = Files.lines(Path.of(DOCKERFILE))) {
            List<String[]> bases = lines.filter(line -> line.startsWith("ARG "))
                    .map(line -> line.substring("ARG ".length()).split("=", 2)).toList();
            assertEquals(2, bases.size());
            for (String[] base : bases) {
                String line = base[0] + ": ${" + base[0] + ":-" + base[1] + "}\n";
                assertTrue(compose.contains(line), line);
            }
        }
    }

    /// Both build for somebody who wants to run the service. What a plug-in checks is for `mvn verify`, and
    /// must not keep it from its start.
    @Test
    void serve_leaves_out_the_same_checks_as_the_image() throws IOException {
        assertEquals(skipped(Path.of(DOCKERFILE)), skipped(Path.of("../serve")));
    }

    private static Set<String> skipped(Path file) throws IOException {
        Matcher flag = Pattern.compile("-D[a-z.]*\\bskip(?:=true)?").matcher(Files.readString(file));
        return flag.results().map(MatchResult::group).filter(name -> !name.startsWith("-Dexec"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What the last stage copies is what the build is given.
    @Test
    void build_gets_each_file_that_the_image_copies() throws IOException {
        List<String> given = Files.readAllLines(Path.of("../.dockerignore"));
        try (Stream<String> lines = Files.lines(Path.of(DOCKERFILE))) {
            for (String line : lines.filter(each -> each.startsWith("COPY ") && !each.contains("--from"))
                    .toList()) {
                List<String> files = List.of(line.split(" ", -1));
                for (String file : files.subList(1, files.size() - 1))
                    assertTrue(given.contains("!" + file), file);
            }
        }
    }
}
